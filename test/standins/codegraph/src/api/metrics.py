"""The metrics of the deployment guide's section 6.2, in both of its versions."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

disable_created_metrics()
registry = CollectorRegistry()


def _counter(name: str, text: str, *labels: str) -> Counter:
    return Counter(name, text, labels, registry=registry)


active_requests = Gauge("rag_active_requests", "In-flight requests", registry=registry)
# The guide's dashboard asks for this very name; the client library would append _total to a counter's.
total_requests = Gauge("rag_total_requests", "Requests since the start", registry=registry)
scenario_seconds = Histogram("rag_scenario_duration_seconds", "Duration of a chat request", registry=registry)
llm_seconds = Histogram("rag_llm_latency_seconds", "Duration of a request to the LLM server", registry=registry)
rag_llm_tokens = _counter("rag_llm_tokens_total", "Tokens by model", "model")
rag_llm_errors = _counter("rag_llm_errors_total", "Failed requests to the LLM server")
cache_hits = _counter("rag_cache_hits_total", "Answers from the cache")
cache_misses = _counter("rag_cache_misses_total", "Answers not in the cache")

http_requests = _counter("http_requests_total", "HTTP responses by status", "status")
http_seconds = Histogram("http_request_duration_seconds", "Duration of an HTTP request", registry=registry)
dlp_blocks = _counter("dlp_blocks_total", "Answers changed by DLP")
llm_requests = _counter("llm_requests_total", "Requests to the LLM server")
llm_tokens = _counter("llm_tokens_total", "Tokens of all models")
