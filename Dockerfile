# The one binary `naru`, on a small Debian, as a user without rights.

FROM rust:1.95-bookworm AS build
WORKDIR /build
COPY . .
# The caches live as long as the builder; the binary is taken out of them.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --release --locked --bin naru && cp target/release/naru /usr/local/bin/naru

FROM debian:bookworm-slim
# The bank's certificate is checked against these; curl asks for the health.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app --no-create-home naru \
    && mkdir -p /app/data && chown naru /app/data
WORKDIR /app
COPY --from=build /usr/local/bin/naru /usr/local/bin/naru
COPY config config
USER naru
# The databases of the embedded mode.
VOLUME /app/data
EXPOSE 5150
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD curl --fail --silent --output /dev/null "http://127.0.0.1:${PORT:-5150}/_ping" || exit 1
# Ctrl-C's signal: naru finishes what it holds before it stops.
STOPSIGNAL SIGINT
CMD ["naru"]
