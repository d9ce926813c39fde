# Read by the worker and the collector of docker-compose.yml as they start: what is in files, and so in no argument.
INFLUX_TOKEN=$(sed -n 's/^mcp_influx_server=//p' /var/lib/netup-influx/tokens)
export INFLUX_TOKEN
# The keys of stored credentials: docs/deployment.md says how they get there.
if test -f "$NETUP_STATE_DIR/keys"; then export NETUP_KEY_FILE="$NETUP_STATE_DIR/keys"; fi
