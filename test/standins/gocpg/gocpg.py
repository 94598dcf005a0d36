#!/usr/bin/python3
"""Stands in for GoCPG with its command line: lists the source files and their lines into an SQLite file.

It parses nothing and makes no code property graph; it says so in what it prints and in the file.
"""

import argparse
import os
import sqlite3
import sys

VERSION = "gocpg stand-in 0.1 (no parser inside)"
SUFFIXES = {
    "c": (".c", ".h"),
    "cpp": (".cc", ".cpp", ".cxx", ".h", ".hpp"),
    "go": (".go",),
    "java": (".java",),
    "javascript": (".js", ".mjs", ".ts"),
    "python": (".py",),
}


def source_files(root: str, lang: str):
    for folder, _, names in os.walk(root):
        for name in sorted(names):
            if name.endswith(SUFFIXES[lang]):
                yield os.path.join(folder, name)


def parse(args: argparse.Namespace) -> int:
    if not os.path.isdir(args.input):
        print(f"error: no such directory: {args.input}", file=sys.stderr)
        return 1
    unfinished = f"{args.output}.part"
    if os.path.exists(unfinished):
        os.remove(unfinished)
    with sqlite3.connect(unfinished) as db:
        db.execute("CREATE TABLE made_by (name TEXT)")
        db.execute("INSERT INTO made_by VALUES (?)", (VERSION,))
        db.execute("CREATE TABLE files (path TEXT PRIMARY KEY, lines INTEGER, bytes INTEGER)")
        for path in source_files(args.input, args.lang):
            with open(path, "rb") as source:
                content = source.read()
            db.execute("INSERT INTO files VALUES (?, ?, ?)", (path, content.count(b"\n"), len(content)))
        count = db.execute("SELECT count(*) FROM files").fetchone()[0]
    db.close()
    os.replace(unfinished, args.output)
    print(f"{VERSION}: {count} files -> {args.output}")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="gocpg", description=VERSION)
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("parse")
    command.add_argument("--input", required=True)
    command.add_argument("--output", required=True)
    command.add_argument("--lang", required=True, choices=sorted(SUFFIXES))
    command.set_defaults(run=parse)
    args = parser.parse_args()
    return args.run(args)


if __name__ == "__main__":
    sys.exit(main())
