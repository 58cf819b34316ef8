#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what the player needs to know: plan.py PLAN key=value ...   plan.py --clocks lists the evening's earlier hours."""
import json
import os
import sys


def main():
    if sys.argv[1] == "--clocks":
        here = os.path.dirname(os.path.abspath(__file__))
        with open(os.path.join(here, "evening.json"), encoding="utf-8") as f:
            print(" ".join(part["clock"] for part in json.load(f)["earlier"]))
        return
    path, plan = sys.argv[1], {"tokens": {}, "hooks": {}}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as f:
            plan = json.load(f)
    for pair in sys.argv[2:]:
        key, value = pair.split("=", 1)
        parts = key.split(".")
        if parts[0] == "token":
            plan["tokens"][parts[1]] = value
        elif parts[0] == "hook":
            plan["hooks"].setdefault(parts[1], {})[parts[2]] = value
        else:
            plan[key] = int(value) if key == "offset_ms" else value
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as f:
        json.dump(plan, f)


if __name__ == "__main__":
    main()
