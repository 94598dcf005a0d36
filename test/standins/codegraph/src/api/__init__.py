"""Stand-in for the CodeGraph API: the real product's paths, environment and commands, on real FastAPI, SQLAlchemy,
Alembic and PostgreSQL; what it knows about code is nothing."""

VERSION = "1.2.0+standin"
