"""Drives devices as netmiko's users do: reads a JSON list of devices from standard input, writes a JSON list of answers.

A device is {"driver", "host", "port", "user", "password", "commands"}. An answer is {"prompt", "version", "parsed", "tables"}: the
prompt, the text of `show version`, and what ntc-templates reads out of it and out of each of the commands.
"""

import json
import sys

from netmiko import ConnectHandler


def check(device):
    with ConnectHandler(
        device_type=device["driver"],
        host=device["host"],
        port=device["port"],
        username=device["user"],
        password=device["password"],
    ) as connection:
        prompt = connection.find_prompt()
        version = connection.send_command("show version")
        parsed = connection.send_command("show version", use_textfsm=True)
        tables = {command: connection.send_command(command, use_textfsm=True) for command in device["commands"]}
        return {"prompt": prompt, "version": version, "parsed": parsed, "tables": tables}


json.dump([check(device) for device in json.load(sys.stdin)], sys.stdout)
