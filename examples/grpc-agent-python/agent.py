"""A reference agent for Reflex: blocks addresses with nftables on the host that it runs on.

It carries out the contract of agent.proto completely, for one action. Read it from the bottom: `main` serves
`Agent`, which asks `Firewall` for what the kernel has and `Fences` for the orders that it took already.
"""

import argparse
import hmac
import ipaddress
import json
import os
import re
import signal
import subprocess
import threading
from concurrent import futures

import grpc

import agent_pb2 as pb
import agent_pb2_grpc as rpc

VERSION = "reflex-example-agent 1 (nftables)"
ACTION = "block_ip"
TABLE = "reflex_agent"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOST_FENCES = 10_000
# nftables keeps timeouts as milliseconds in 64 bits; a year is enough for everybody.
LONGEST_S = 366 * 86_400

SETUP = f"""
add table inet {TABLE}
add set inet {TABLE} v4 {{ type ipv4_addr; flags timeout; }}
add set inet {TABLE} v6 {{ type ipv6_addr; flags timeout; }}
add chain inet {TABLE} input {{ type filter hook input priority -300; }}
add chain inet {TABLE} forward {{ type filter hook forward priority -300; }}
flush chain inet {TABLE} input
flush chain inet {TABLE} forward
add rule inet {TABLE} input ip saddr @v4 drop
add rule inet {TABLE} input ip6 saddr @v6 drop
add rule inet {TABLE} forward ip saddr @v4 drop
add rule inet {TABLE} forward ip6 saddr @v6 drop
"""


class Refused(Exception):
    """Certainly not done: told with the status that says so."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code, self.text = code, text


class Firewall:
    """A table of our own in nftables. What is in it is asked of the kernel each time, never remembered."""

    def __init__(self):
        self.run(SETUP)

    @staticmethod
    def run(script):
        """One transaction: all of it, or nothing."""
        done = subprocess.run(["nft", "-f", "-"], input=script, capture_output=True, text=True, timeout=5, check=False)
        if done.returncode != 0:
            raise Refused(grpc.StatusCode.FAILED_PRECONDITION, f"nft refused: {done.stderr.strip()[:200]}")

    def holds(self):
        """Whether the rules that drop are there: an element in a set that no rule asks blocks nothing."""
        listed = self.listed()
        rules = [row["rule"] for row in listed if "rule" in row]
        drops = sum(1 for rule in rules if {"drop": None} in rule["expr"])
        return drops == 4 and len(rules) == 4

    def elements(self):
        """Every blocked address: its command, and the seconds until it ends (None: it does not)."""
        found = {}
        for row in self.listed():
            for item in row.get("set", {}).get("elem", []):
                element = item["elem"] if isinstance(item, dict) else {"val": item}
                found[element["val"]] = (element.get("comment", ""), element.get("expires"))
        return found

    def put(self, address, command, seconds):
        """Puts an element, or replaces the one that is there, in one transaction."""
        name = f"v{address.version}"
        timeout = "" if seconds is None else f" timeout {seconds}s"
        old = f"delete element inet {TABLE} {name} {{ {address} }}\n" if str(address) in self.elements() else ""
        self.run(f'{old}add element inet {TABLE} {name} {{ {address}{timeout} comment "{command}" }}\n')

    def take(self, address):
        self.run(f"delete element inet {TABLE} v{address.version} {{ {address} }}\n")

    @staticmethod
    def listed():
        done = subprocess.run(
            ["nft", "-j", "list", "table", "inet", TABLE], capture_output=True, text=True, timeout=5, check=False
        )
        if done.returncode != 0:
            raise Refused(grpc.StatusCode.FAILED_PRECONDITION, f"nft cannot list: {done.stderr.strip()[:200]}")
        return json.loads(done.stdout)["nftables"]


class Fences:
    """The highest fence of each effect, on disk: an order that was overtaken must not come back after a restart."""

    def __init__(self, path):
        self.path = path
        self.highest = {}
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                self.highest = json.load(file)

    def take(self, effect, fence):
        """Refuses what is older than an order that was taken already; durable before anything is done."""
        if effect == "":
            return
        highest = self.highest.get(effect, 0)
        if fence < highest:
            raise Refused(grpc.StatusCode.FAILED_PRECONDITION, f"fence {fence} is lower than {highest}")
        if fence == highest:
            return
        self.highest.pop(effect, None)
        self.highest[effect] = fence
        while len(self.highest) > MOST_FENCES:
            del self.highest[next(iter(self.highest))]
        with open(f"{self.path}.new", "w", encoding="utf-8") as file:
            json.dump(self.highest, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(f"{self.path}.new", self.path)


def address_of(request):
    """The one address that an order is about. What is anything else is refused before anything is done."""
    if request.action != ACTION or request.target.type != "ip":
        raise Refused(grpc.StatusCode.UNIMPLEMENTED, f"only {ACTION} of addresses is done here")
    try:
        return ipaddress.ip_address(request.target.value)
    except ValueError:
        raise Refused(grpc.StatusCode.INVALID_ARGUMENT, "not an address; networks are not blocked here") from None


def seconds_of(request):
    if not request.HasField("ttl_ms"):
        return None
    return min(LONGEST_S, max(1, -(-request.ttl_ms // 1000)))


class Agent(rpc.AgentServiceServicer):
    """The methods of the contract. One order at a time: each looks first and then acts."""

    def __init__(self, firewall, fences):
        self.firewall, self.fences, self.lock = firewall, fences, threading.Lock()

    def GetCapabilities(self, request, context):
        actions = [pb.ActionCapability(action=ACTION)]
        return pb.GetCapabilitiesResponse(agent=VERSION, actions=actions, native_ttl=True, settle_time_ms=0)

    def Status(self, request, context):
        try:
            whole = self.firewall.holds()
        except Refused as refused:
            cannot = [pb.Cannot(action=ACTION, why=refused.text)]
            return pb.StatusResponse(health=pb.HEALTH_DEGRADED, cannot=cannot, text=refused.text)
        if whole:
            return pb.StatusResponse(health=pb.HEALTH_OK, text="nftables answers")
        cannot = [pb.Cannot(action=ACTION, why="the rules of the table were changed; restart the agent")]
        return pb.StatusResponse(health=pb.HEALTH_DEGRADED, cannot=cannot)

    def Execute(self, request, context):
        with self.lock:
            address = address_of(request)
            # It goes into a script of nft, so it must be what it is said to be.
            if not UUID.fullmatch(request.command_id):
                raise Refused(grpc.StatusCode.INVALID_ARGUMENT, "command_id is no UUID")
            self.begin(request, context)
            command, _ = self.firewall.elements().get(str(address), (None, None))
            if command == request.command_id:
                return pb.ExecuteResponse(result=pb.RESULT_DONE, text="it was blocked already")
            if command is not None and not UUID.fullmatch(command):
                # Two owners of one element could not be told apart later on.
                raise Refused(grpc.StatusCode.ALREADY_EXISTS, "somebody else put it into our table")
            self.firewall.put(address, request.command_id, seconds_of(request))
            before = json.dumps({"command_id": command})
            return pb.ExecuteResponse(result=pb.RESULT_DONE, before=before, text="nftables drops it")

    def Verify(self, request, context):
        try:
            address = address_of(request)
        except Refused as refused:
            return pb.VerifyResponse(presence=pb.PRESENCE_ABSENT, text=f"never done here: {refused.text}")
        command, expires = self.firewall.elements().get(str(address), (None, None))
        if command not in request.command_ids:
            text = "it is not in the set" if command is None else "it is in the set, and not by this effect"
            return pb.VerifyResponse(presence=pb.PRESENCE_ABSENT, text=text)
        if not self.firewall.holds():
            return pb.VerifyResponse(presence=pb.PRESENCE_UNKNOWN, text="it is in the set, but the rules were changed")
        seen = json.dumps({"expires_s": expires})
        return pb.VerifyResponse(presence=pb.PRESENCE_PRESENT, seen=seen, text="the kernel has it, and drops")

    def Extend(self, request, context):
        with self.lock:
            address = address_of(request)
            self.begin(request, context)
            command, _ = self.firewall.elements().get(str(address), (None, None))
            if command not in request.command_ids:
                raise Refused(grpc.StatusCode.NOT_FOUND, "there is none of this effect")
            self.firewall.put(address, command, seconds_of(request))
            return pb.ExtendResponse(result=pb.RESULT_DONE)

    def Undo(self, request, context):
        with self.lock:
            try:
                address = address_of(request)
            except Refused:
                return pb.UndoResponse(result=pb.RESULT_DONE, text="it was never done here")
            self.begin(request, context)
            command, _ = self.firewall.elements().get(str(address), (None, None))
            if command not in request.command_ids:
                text = "it was gone already" if command is None else "what is there is not of this effect, and stays"
                return pb.UndoResponse(result=pb.RESULT_DONE, text=text)
            self.firewall.take(address)
            return pb.UndoResponse(result=pb.RESULT_DONE, text="taken out of the set")

    def Cancel(self, request, context):
        # Orders are not queued here: one that has come has been carried out.
        return pb.CancelResponse()

    def List(self, request, context):
        effects = [
            pb.Effect(
                command_id=command if UUID.fullmatch(command) else "",
                action=ACTION,
                target=pb.Target(type="ip", value=str(ipaddress.ip_address(address))),
            )
            for address, (command, _) in self.firewall.elements().items()
        ]
        return pb.ListResponse(effects=effects)

    def begin(self, request, context):
        """The last look before something is done: the caller still waits, and nothing newer came."""
        left = context.time_remaining()
        if not context.is_active() or (left is not None and left <= 0):
            raise Refused(grpc.StatusCode.FAILED_PRECONDITION, "its time is over; nothing was done")
        self.fences.take(request.effect_id, request.fence)


class Door(grpc.ServerInterceptor):
    """Lets in who has the token, and answers what was refused with its status."""

    def __init__(self, token):
        self.expected = f"Bearer {token}".encode() if token else None

    def intercept_service(self, continuation, details):
        handler = continuation(details)
        if handler is None:
            return None
        given = dict(details.invocation_metadata).get("authorization", "")
        known = self.expected is None or hmac.compare_digest(given.encode(), self.expected)

        def serve(request, context):
            if not known:
                context.abort(grpc.StatusCode.UNAUTHENTICATED, "the token is missing or wrong")
            try:
                return handler.unary_unary(request, context)
            except Refused as refused:
                return context.abort(refused.code, refused.text)

        return grpc.unary_unary_rpc_method_handler(serve, handler.request_deserializer, handler.response_serializer)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def credentials_of(arguments):
    if arguments.client_ca is None:
        return grpc.ssl_server_credentials([(read(arguments.key), read(arguments.cert))])
    return grpc.ssl_server_credentials(
        [(read(arguments.key), read(arguments.cert))], root_certificates=read(arguments.client_ca), require_client_auth=True
    )


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--listen", required=True, help="such as 10.20.0.5:7443, or unix:/run/agent.sock")
    options.add_argument("--state", required=True, help="file that keeps the fences")
    options.add_argument("--token-file", help="file with the token that callers must have")
    options.add_argument("--cert", help="certificate of this agent, PEM")
    options.add_argument("--key", help="its private key, PEM")
    options.add_argument("--client-ca", help="who signs the certificates of callers, PEM: asks for one")
    options.add_argument("--insecure", action="store_true", help="without TLS: only for a socket that nobody else reaches")
    arguments = options.parse_args()
    if arguments.insecure == (arguments.cert is not None and arguments.key is not None):
        options.error("give --cert and --key, or --insecure")
    token = read(arguments.token_file).decode().strip() if arguments.token_file else None
    if token is None and arguments.client_ca is None:
        options.error("give --token-file or --client-ca: else everybody could give orders")
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4), interceptors=[Door(token)])
    rpc.add_AgentServiceServicer_to_server(Agent(Firewall(), Fences(arguments.state)), server)
    if arguments.insecure:
        server.add_insecure_port(arguments.listen)
    else:
        server.add_secure_port(arguments.listen, credentials_of(arguments))
    server.start()
    print(f"listening on {arguments.listen}", flush=True)
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: server.stop(1))
    server.wait_for_termination()


if __name__ == "__main__":
    main()
