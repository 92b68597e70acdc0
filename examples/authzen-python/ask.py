#!/usr/bin/env python3
"""Asks Reflex before acting, by the Authorization API 1.0 of OpenID AuthZEN. Standard library only.

REFLEX_TOKEN=… ask.py https://reflex.example:5680/api/reflex block_ip ip 203.0.113.7 --why "beaconing from ws-7"

Exit code 0: permitted, act now. 1: denied. 2: nobody answered, which is no permit either.
"""
import argparse, json, os, sys, time, urllib.error, urllib.request, uuid

WELL_KNOWN = '/.well-known/authzen-configuration'


def call(url, body=None):
    headers = {'content-type': 'application/json', 'x-request-id': str(uuid.uuid4())}
    headers['authorization'] = 'Bearer ' + os.environ['REFLEX_TOKEN']
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method='GET' if body is None else 'POST')
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def request_permit(where, question, denial, why, patience):
    """Has people asked, and waits for what they say. Returns their approval, or None."""
    context = {**question['context'], 'business_justification': why}
    body = {**question, 'context': context, 'denial': {'evaluation_id': denial['evaluation_id']}}
    answer = call(where['access_request_endpoint'], body)
    until, pause = time.monotonic() + patience, 2
    while answer['task']['status'] == 'pending' and time.monotonic() < until:
        time.sleep(pause)
        pause = min(pause * 1.5, 60)
        answer = call(answer['task']['status_endpoint'])
    return answer.get('result', {}).get('approval') if answer['task']['status'] == 'approved' else None


def ask(point, question, why, patience):
    where = call(point + WELL_KNOWN)
    if where['policy_decision_point'] != point:
        raise ValueError('another decision point answers there: ' + where['policy_decision_point'])
    answer = call(where['access_evaluation_endpoint'], question)
    if answer['decision'] or patience == 0 or 'access_request' not in answer['context']:
        return answer
    approval = request_permit(where, question, answer['context'], why, patience)
    if approval is None:
        return answer
    # An approval permits nothing by itself: what holds now is asked again.
    context = {**question['context'], 'approval': approval}
    return call(where['access_evaluation_endpoint'], {**question, 'context': context})


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('point', 'action', 'type', 'id'):
        words.add_argument(name)
    words.add_argument('--subject', default='playbook', help='for whom it is asked')
    words.add_argument('--context', type=json.loads, default={}, help='fields of the event, as JSON')
    words.add_argument('--why', default='no reason was given', help='for the people who are asked')
    words.add_argument('--wait', type=float, default=0, help='seconds to wait for people; 0 asks none')
    given = words.parse_args()
    question = {
        'subject': {'type': 'agent', 'id': given.subject},
        'action': {'name': given.action},
        'resource': {'type': given.type, 'id': given.id},
        'context': given.context,
    }
    try:
        answer = ask(given.point, question, given.why, given.wait)
    except (OSError, ValueError, KeyError) as cause:
        said = cause.read().decode() if isinstance(cause, urllib.error.HTTPError) else cause
        print(f'no answer, so no permit: {said}', file=sys.stderr)
        return 2
    print(json.dumps(answer, indent=2))
    return 0 if answer['decision'] is True else 1


if __name__ == '__main__':
    sys.exit(main())
