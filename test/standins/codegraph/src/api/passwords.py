"""Password hashes: scrypt (RFC 7914), written as scrypt$salt$hash in hexadecimal."""

import hashlib
import hmac
import secrets

COST = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}


def hash_password(password: str) -> str:
    salt = secrets.token_bytes(16)
    return f"scrypt${salt.hex()}${hashlib.scrypt(password.encode(), salt=salt, **COST).hex()}"


def verify_password(password: str, stored: str) -> bool:
    _, salt, expected = stored.split("$")
    found = hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), **COST)
    return hmac.compare_digest(found, bytes.fromhex(expected))


# Compared against when the user is unknown, so that the time of a refusal does not tell.
NOBODY = hash_password(secrets.token_hex(16))
