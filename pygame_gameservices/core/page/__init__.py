"""What a browser page has in place of sockets, files and locks, by way of one small piece of JavaScript."""
