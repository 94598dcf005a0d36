"""`python -m src.api.cli create-admin --username U --password P`

Without --password it is read from standard input (--password-stdin) or from API_ADMIN_PASSWORD, so that it need not
stand on a command line. A user that exists is left as it is, password included.
"""

import argparse
import asyncio
import os
import sys

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import create_async_engine

from .models import User
from .passwords import hash_password
from .settings import ConfigError, database_url


async def create_admin(username: str, password: str) -> int:
    engine = create_async_engine(database_url())
    statement = (
        insert(User)
        .values(username=username, password_hash=hash_password(password), role="admin")
        .on_conflict_do_nothing(index_elements=[User.username])
    )
    async with engine.begin() as connection:
        created = (await connection.execute(statement)).rowcount == 1
    await engine.dispose()
    print(f"administrator {username} {'created' if created else 'exists already; nothing changed'}")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="src.api.cli")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("create-admin")
    command.add_argument("--username", default=os.environ.get("API_ADMIN_USERNAME", "admin"))
    source = command.add_mutually_exclusive_group()
    source.add_argument("--password")
    source.add_argument("--password-stdin", action="store_true")
    args = parser.parse_args()
    password = sys.stdin.readline().rstrip("\n") if args.password_stdin else args.password
    password = password or os.environ.get("API_ADMIN_PASSWORD", "")
    if len(password) < 8:
        print("error: the password must have at least 8 characters", file=sys.stderr)
        return 1
    try:
        return asyncio.run(create_admin(args.username, password))
    except ConfigError as error:
        print(f"configuration error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
