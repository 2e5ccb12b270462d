"""Remote pictures: fetched, bounded, decoded and kept off the frame loop."""
