"""``python -m tests.benchmarks [NAME ...] [--quick] [--json FILE] [--plot FILE] [--markdown FILE] [--venvs DIR]``."""

from tests.benchmarks.suite import main

if __name__ == "__main__":
    main()
