"""What can be called: one sub-package per online service. Builds operations and decodes answers; knows no threads."""
