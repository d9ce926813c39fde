# Read by the entrypoints of the MCP servers in docker-compose.yml: the token that influx-setup made, into the environment and into no
# argument.
INFLUX_TOKEN=$(sed -n 's/^mcp_influx_server=//p' /var/lib/netup-influx/tokens)
export INFLUX_TOKEN
