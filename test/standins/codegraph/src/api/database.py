"""The connection pool, and whether the schema is the newest."""

import asyncio

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine

from .settings import database_url


class Database:
    def __init__(self) -> None:
        self.engine: AsyncEngine = create_async_engine(
            database_url(), pool_pre_ping=True, pool_size=5, connect_args={"timeout": 5}
        )
        self.session = async_sessionmaker(self.engine, expire_on_commit=False)
        self.head = ScriptDirectory.from_config(Config("/app/alembic.ini")).get_current_head()

    async def reachable(self) -> bool:
        try:
            async with self.engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
            return True
        except (SQLAlchemyError, OSError, asyncio.TimeoutError):
            return False

    async def revision(self) -> str | None:
        """The revision that the database is at; None where it has none or cannot be asked."""
        try:
            async with self.engine.connect() as connection:
                return await connection.run_sync(
                    lambda sync: MigrationContext.configure(sync).get_current_revision()
                )
        except (SQLAlchemyError, OSError, asyncio.TimeoutError):
            return None
