"""Toasts: what they say, where and how long they are shown, and how they look."""
