import { type Clock, type ErrorData, type JsonObject, later, type Random } from 'tau-core';
import { connectKernel, createClient, type KernelChannel } from 'tau-core/client';
import { type AttachedExtension, connectExtension } from 'tau-core/extension';
import { type Report, type RunningService, StateReport } from 'tau-core/node';
import { createGithub } from '../github/github.js';
import { learnOwnLogin, type OwnLogin } from '../github/own-login.js';
import { githubExtension } from '../github-extension.js';
import { until } from '../receiver/deadline.js';
import { type Receiver, startReceiver } from '../receiver/receiver.js';
import { VERSION } from '../version.js';
import { boundedPublish } from './bounded-publish.js';
import { printableConfig, type ServiceConfig } from './config.js';
import { reportLogin } from './login-report.js';

/** What the service says of itself, and what time and randomness it has. */
export interface ServicePorts {
  readonly report: Report;
  readonly clock: Clock;
  readonly random: Random;
}

/** The running extension process, apart from its command line and signals. */
export interface GithubService extends RunningService {
  /** Where deliveries go. */
  readonly url: string;
}

/** On stopping, actions that take longer than this are told to stop; a supervisor's own patience is usually 10 s. */
const STOP_GRACE_MS = 5_000;
const KERNEL_ADVICE = '"tau kernel start" starts one';
/** So long the receiver waits to know whose changes are TAU's own. A GitHub that is away does not hold it up. */
const LOGIN_WAIT_MS = 3_000;

/**
 * Receives deliveries, attaches to the kernel and offers the actions. Returns once it is under way; reports `ready`
 * once it listens and is attached. A kernel or a GitHub that is away is waited for.
 *
 * @throws TauError PORT_IN_USE, CONFIG_INVALID (the address to listen on), INVALID_ARGUMENT (the kernel's address).
 */
export async function startService(config: ServiceConfig, ports: ServicePorts): Promise<GithubService> {
  const { report, clock, random } = ports;
  report.event('config', printableConfig(config), configLine(config));
  const channel = openChannel(config);
  const { apiUrl, token, botLogin } = config;
  const github = createGithub({ apiUrl, token, clock, random });
  const login: OwnLogin = learnOwnLogin({
    github,
    clock,
    random,
    botLogin,
    onState: (state, error) =>
      reportLogin({ apiUrl, report, botLoginGiven: botLogin !== undefined }, state, error, login.login),
  });
  await until(login.asked, later(clock.now(), LOGIN_WAIT_MS), clock);

  const publisher = createClient(channel, { clock, random }).publisher();
  const publish = boundedPublish((sessionId, event) => publisher.publish(sessionId, event, { durability: 'durable' }));
  let extension: AttachedExtension | undefined;
  const receiver = await startReceiver({
    ...config.listen,
    secret: config.webhookSecret,
    publish,
    clock,
    random,
    ownLogins: login.current,
    limits: { payloadBytesMax: config.payloadMax },
    health: () => ({ kernel: extension?.state ?? 'connecting', github: login.state }),
    onProblem: (error) => reportProblem(report, error),
  }).catch((thrown: unknown) => {
    login.close();
    channel.close();
    throw thrown;
  });

  const states = new StateReport({ kernel: config.kernel, report, advice: KERNEL_ADVICE });
  const attached = connectExtension(githubExtension({ github, ownLogins: login.current }), {
    channel,
    clock,
    random,
    instanceId: config.instance,
    onState: (state, error) => states.change(state, error),
  });
  extension = attached;
  reportReady(config, report, { receiver, extension: attached, login });
  return {
    url: receiver.url,
    stopped: () => attached.stopped(),
    async stop() {
      await Promise.all([receiver.close(), until(attached.drain(), later(clock.now(), STOP_GRACE_MS), clock)]);
      await attached.close();
      login.close();
      // What the kernel has not acknowledged by now was not acknowledged to GitHub either.
      channel.close();
      await publisher.close();
    },
  };
}

function openChannel({ kernel: address, kernelToken: token }: ServiceConfig): KernelChannel {
  return connectKernel(token === undefined ? { address } : { address, token });
}

/** What is ready when the service says so. */
interface Readiness {
  readonly receiver: Receiver;
  readonly extension: AttachedExtension;
  readonly login: OwnLogin;
}

function reportReady(config: ServiceConfig, report: Report, { receiver, extension, login }: Readiness): void {
  const { kernel, apiUrl, instance } = config;
  const address = `${receiver.host.includes(':') ? `[${receiver.host}]` : receiver.host}:${receiver.port}`;
  const fields: JsonObject = { address, url: receiver.url, kernel, api: apiUrl, instance, logins: login.current() };
  const text = `tau-ext-github ready on ${address}: webhooks at ${receiver.url}, attached to the kernel at ${kernel}`;
  extension.attached().then(
    () => report.event('ready', fields, text),
    // It was stopped before; `stopped` tells why.
    () => undefined,
  );
}

function reportProblem(report: Report, { id, message, details }: ErrorData): void {
  const fields = details === undefined ? { id, message } : { id, message, details };
  report.event('problem', fields, `warning ${id}: ${message}`);
}

function configLine(config: ServiceConfig): string {
  const { kernel, listen, apiUrl, botLogin, instance, payloadMax, kernelToken } = config;
  const parts = [
    `kernel ${kernel}`,
    `listen ${listen.host}:${listen.port}`,
    `GitHub ${apiUrl}`,
    `bot login ${botLogin ?? "the token's"}`,
    `instance ${instance}`,
    `payload max ${payloadMax}`,
    `kernel token ${kernelToken === undefined ? 'none' : 'set'}`,
    'token set',
    'webhook secret set',
  ];
  return `tau-ext-github ${VERSION}: ${parts.join(', ')}`;
}
