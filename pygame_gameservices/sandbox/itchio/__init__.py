"""itch.io's server-side API, modern and legacy, as the sandbox reads its documentation."""
