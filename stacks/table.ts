import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { TIME_TO_LIVE } from '../src/storage/aws/table/create-table.ts';
import { HISTORY_INDEX } from '../src/storage/aws/table/keys.ts';
import { dataRemoval, type StageContext } from './stage-context.ts';

export interface FhirTableProps extends StageContext {
  readonly key: IKey;
}

/** The table of all versions: on demand, encrypted, with its stream and 35 days in which any second can be restored. */
export class FhirTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: FhirTableProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'v', type: AttributeType.NUMBER },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: props.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      stream: StreamViewType.NEW_IMAGE,
      timeToLiveAttribute: TIME_TO_LIVE,
      deletionProtection: props.preset === 'production',
      removalPolicy: dataRemoval(props),
    });
    this.table.addGlobalSecondaryIndex({
      indexName: HISTORY_INDEX,
      partitionKey: { name: 'h', type: AttributeType.STRING },
      sortKey: { name: 'w', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }
}
