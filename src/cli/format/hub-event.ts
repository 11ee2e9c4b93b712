import type { JsonObject } from 'tau-core';
import type { Colours } from './colours.js';
import { listAt, objectAt, textAt } from './json-access.js';
import { errorText } from './outcome.js';

/** An event of a hub as lines for people; undefined for what is none. What its calls tell already is left out. */
export function hubLines(event: JsonObject, { dim, red, yellow }: Colours): string[] | undefined {
  const place = textAt(event, 'place');
  const message = messageText(objectAt(event, 'message'));
  switch (textAt(event, 'type')) {
    case 'Joined': {
      const recipient = objectAt(event, 'recipient');
      return [`${textAt(recipient, 'kind')} ${textAt(recipient, 'name')} joined`];
    }
    case 'Left':
      return [`${place} left`];
    case 'Subscribed':
      return [dim(`  ${place} subscribed`)];
    case 'Unsubscribed':
      return [dim(`  ${place} unsubscribed`)];
    case 'Placed':
      return [`  ${message} → ${place}`];
    case 'Spread':
      return [`  ${message} → ${spreadText(event)}`];
    case 'Blocked':
      return [yellow(`  ${place} is full: ${message} waits for room`)];
    case 'Dropped':
      return [yellow(`  ${place} is full: a message is dropped`)];
    case 'Repeated':
      return [dim('  it has come before')];
    case 'Refused':
      return [`${red('✗')} it was refused  ${red(errorText(objectAt(event, 'error')))}`];
    case 'Ending':
      return [`it ends: ${textAt(event, 'reason')}`];
    case 'Posted':
    case 'Forgotten':
    case 'Unblocked':
    case 'Delivered':
    case 'HandedOut':
    case 'Settled':
    case 'Detached':
    case 'Closed':
    case 'DeliveryCalled':
    case 'DeliveryCallEnded':
    case 'ReplyCalled':
    case 'ReplyCallEnded':
    case 'Finished':
      return [];
    default:
      return undefined;
  }
}

function messageText(message: JsonObject): string {
  return `${textAt(message, 'kind')} ${textAt(message, 'id')} from ${textAt(message, 'from')}`;
}

function spreadText(event: JsonObject): string {
  const places = listAt(event, 'placed').map(String);
  const blocked = listAt(event, 'blocked').length;
  const who = places.length === 0 ? 'nobody' : places.join(', ');
  return blocked === 0 ? who : `${who}; ${blocked} have no room for it yet`;
}
