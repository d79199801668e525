# Runs the Autobahn cases against a WebSocket server that echoes; for Jython 2.7.
# Arguments: the jar with the suite, the server's address, a folder for the reports, the cases ("*" or "6.4.*,7.*").
# Group 9 (messages of megabytes, speed) is left out: a message may have 256 KiB here.
import json
import sys

suite, address, reports, cases = sys.argv[1:5]
specification = reports + '/specification.json'
with open(specification, 'w') as out:
    json.dump({
        'options': {'failByDrop': False},
        'outdir': reports,
        'servers': [{'agent': 'parley', 'url': address, 'options': {'version': 18}}],
        'cases': cases.split(','),
        'exclude-cases': ['9.*'],
        'exclude-agent-cases': {},
    }, out)

sys.path.insert(0, suite)
sys.argv = ['wstest', '-m', 'fuzzingclient', '-s', specification]
from autobahntestsuite import wstest
wstest.run()
