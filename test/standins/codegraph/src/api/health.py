"""Health and metrics, on the paths of the deployment guide."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from . import VERSION, metrics

router = APIRouter()


@router.get("/api/v1/health")
async def health(request: Request) -> JSONResponse:
    reachable = await request.app.state.database.reachable()
    body = {"status": "healthy" if reachable else "unhealthy", "database": reachable, "version": VERSION}
    return JSONResponse(body, 200 if reachable else 503)


@router.get("/api/v1/health/live")
async def live() -> dict:
    return {"status": "alive"}


@router.get("/api/v1/health/ready")
async def ready(request: Request) -> JSONResponse:
    database = request.app.state.database
    reachable = await database.reachable()
    revision = await database.revision() if reachable else None
    is_ready = reachable and revision == database.head
    body = {"ready": is_ready, "database": reachable, "revision": revision, "head": database.head}
    return JSONResponse(body, 200 if is_ready else 503)


@router.get("/api/v1/metrics")
@router.get("/metrics")
async def metrics_page() -> Response:
    return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)
