export {
  planRetention,
  type RetainedVersion,
  type RetentionDecision,
  type RetentionPolicy,
  type RetentionReason,
} from './plan-retention.ts';
