"""Alembic's environment on an asynchronous engine. https://alembic.sqlalchemy.org/en/latest/cookbook.html#using-asyncio-with-alembic"""

import asyncio
from logging.config import fileConfig

from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from src.api.models import Base
from src.api.settings import database_url

fileConfig(context.config.config_file_name, disable_existing_loggers=False)


def run(connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()


async def main() -> None:
    # The URL never enters Alembic's configuration: its parser would read a password's % signs.
    engine = create_async_engine(database_url(), poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


asyncio.run(main())
