"""Drives devices as netmiko's users do: reads a JSON list of devices from standard input, writes a JSON list of answers.

A device is {"driver", "host", "port", "user", "password"}. An answer is {"prompt", "version", "parsed"}: the prompt, the text
of `show version`, and what ntc-templates reads out of it.
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
        return {"prompt": prompt, "version": version, "parsed": parsed}


json.dump([check(device) for device in json.load(sys.stdin)], sys.stdout)
