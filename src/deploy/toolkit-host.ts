import type { IIoHost, IoMessage, IoRequest } from '@aws-cdk/toolkit-lib';

/** A resource that CloudFormation works on. */
export interface ResourceEvent {
  readonly logicalId: string;
  readonly type: string;
  /** `CREATE_IN_PROGRESS`, `UPDATE_FAILED` … */
  readonly status: string;
  readonly reason: string | undefined;
}

export interface HostOptions {
  /** Called for each event of a resource; quick. */
  readonly onResource?:
    | ((event: ResourceEvent, progress: { readonly done: number; readonly total: number }) => void)
    | undefined;
  /** Everything that the toolkit says, with --debug. */
  readonly onDebug?: ((line: string) => void) | undefined;
}

interface EventData {
  readonly event?: {
    readonly LogicalResourceId?: string;
    readonly ResourceType?: string;
    readonly ResourceStatus?: string;
    readonly ResourceStatusReason?: string;
  };
  readonly progress?: { readonly completed?: number; readonly total?: number };
}

/** Questions that we have asked ourselves before: deploy, roll back, destroy, bootstrap. Any other is answered by no. */
const ASKED_BEFORE: ReadonlySet<string> = new Set(['CDK_TOOLKIT_I5060', 'CDK_TOOLKIT_I5050', 'CDK_TOOLKIT_I7010']);

/** What CloudFormation tells of each resource. */
const RESOURCE_EVENT = 'CDK_TOOLKIT_I5502';

/** What the toolkit says and asks, without its own words. */
export function toolkitHost({ onResource, onDebug }: HostOptions): IIoHost {
  return {
    async notify(message: IoMessage<unknown>) {
      onDebug?.(`${message.code ?? '-'} ${message.message}`);
      if (message.code !== RESOURCE_EVENT) return;
      const { event, progress } = message.data as EventData;
      if (event === undefined) return;
      const { LogicalResourceId = '', ResourceType = '', ResourceStatus = '', ResourceStatusReason } = event;
      onResource?.(
        { logicalId: LogicalResourceId, type: ResourceType, status: ResourceStatus, reason: ResourceStatusReason },
        { done: progress?.completed ?? 0, total: progress?.total ?? 0 },
      );
    },
    async requestResponse<T>(request: IoRequest<unknown, T>): Promise<T> {
      onDebug?.(`${request.code ?? '-'} ${request.message}`);
      if (typeof request.defaultResponse !== 'boolean') return request.defaultResponse;
      return ASKED_BEFORE.has(request.code ?? '') as T;
    },
  };
}
