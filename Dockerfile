# The image of netup-tui: `docker compose build`, or `docker build --tag netup-tui .`
# The Node that the tests run on. It is pinned so that two builds a month apart are of the same Node.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# No dependency needs an install script to work.
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY .ci .ci
COPY bin bin
COPY source source
RUN node .ci/build.mjs && rm dist/*.map dist/.stamp

# dist/ holds every dependency that the program runs on, with its licences (dist/LICENSES.txt): node_modules stays behind.
# What is not in it are the binaries of PostgreSQL, which only the demo starts.
FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production NETUP_STATE_DIR=/var/lib/netup-tui
RUN install --directory --owner=node --group=node --mode=0700 /var/lib/netup-tui /var/lib/netup-influx \
  && install --directory --owner=node --group=node --mode=0750 /var/lib/netup-grafana \
  && ln --symbolic /opt/netup-tui/bin/netup-tui.js /usr/local/bin/netup-tui
WORKDIR /opt/netup-tui
COPY package.json LICENSE ./
COPY sql sql
COPY influx influx
COPY --from=build /build/bin bin
COPY --from=build /build/dist dist
USER node
ENTRYPOINT ["node", "/opt/netup-tui/bin/netup-tui.js"]
CMD ["doctor"]
