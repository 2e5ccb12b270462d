"""The inside of a child interpreter: calls functions of one module as it is told to, on lines of JSON.

``python -m tests.benchmarks.child MODULE``; a line in is ``[function, arguments]``, a line out ``{"result": ...}`` or
``{"error": text}``.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback


def main() -> None:
    """Answer until stdin ends."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    module = importlib.import_module(sys.argv[1])
    for line in sys.stdin:
        function, arguments = json.loads(line)
        try:
            answer = {"result": getattr(module, function)(**arguments)}
        except Exception:
            answer = {"error": traceback.format_exc()}
        out.write(json.dumps(answer) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
