"""The inside of a child interpreter: calls functions of one module as it is told to, on lines of JSON.

``python -m tests.benchmarks.child MODULE``; a line in is ``[function, arguments]``, a line out ``{"result": ...}`` or
``{"error": text}``. ``processor_s`` is the processor time that the child has taken so far, all threads together.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import traceback

OWN = {"processor_s": time.process_time}
"""What every child can be asked, whatever its module."""


def main() -> None:
    """Answer until stdin ends."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    module = importlib.import_module(sys.argv[1])
    for line in sys.stdin:
        function, arguments = json.loads(line)
        try:
            answer = {"result": OWN[function]() if function in OWN else getattr(module, function)(**arguments)}
        except Exception:
            answer = {"error": traceback.format_exc()}
        out.write(json.dumps(answer) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
