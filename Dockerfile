# Builds for amd64 on an amd64 machine with Docker and NuGet; Dockerfile.arm64 is the same for arm64.
#   an image that runs the agent:     docker build --target agent -t edge-agent .
#   the folder to copy to a machine:  docker build --output artifacts/publish/linux-x64 .
# With models: --build-arg PUBLISH_OPTIONS=--with-onnx. Never run by the project itself (docs/tested.md).

# Microsoft has no Debian image of .NET 10. Its SDK needs glibc 2.27; what is compiled below must not need more than Debian 12's.
FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS sdk

FROM debian:12-slim AS build
ARG PUBLISH_OPTIONS=
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates
COPY --from=sdk /usr/share/dotnet /usr/share/dotnet
RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet
WORKDIR /source
# .dockerignore keeps x64 build output, .cache and artifacts out.
COPY . .
RUN scripts/publish linux-x64 $PUBLISH_OPTIONS
# Loads each library: a wrong machine type or a missing symbol ends the build here.
RUN artifacts/publish/linux-x64/edge-agent version --libraries

# docker run -v edge-agent:/var/lib/edge-agent -v ./plant.yaml:/etc/edge-agent/config.yaml:ro --stop-timeout 20 edge-agent
FROM debian:12-slim AS agent
RUN apt-get update && apt-get install -y --no-install-recommends libssl3 ca-certificates && rm -rf /var/lib/apt/lists/* \
  && useradd --system --home-dir /var/lib/edge-agent --shell /usr/sbin/nologin edge-agent \
  && install -d -m 750 -o edge-agent -g edge-agent /var/lib/edge-agent
COPY --from=build /source/artifacts/publish/linux-x64/ /opt/edge-agent/
RUN ln -s /opt/edge-agent/edge-agent /usr/local/bin/edge-agent
# The image's own file system is an overlay, on which the database must not lie.
VOLUME /var/lib/edge-agent
USER edge-agent
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["edge-agent", "status"]
ENTRYPOINT ["edge-agent"]
CMD ["run", "/etc/edge-agent/config.yaml", "--log", "json"]

FROM scratch AS folder
COPY --from=build /source/artifacts/publish/linux-x64/ /
