"""``python -m tests.benchmarks [NAME ...] [--quick] [--json|--plot|--markdown|--summary FILE]``."""

from tests.benchmarks.suite import main

if __name__ == "__main__":
    main()
