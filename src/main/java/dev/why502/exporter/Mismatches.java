package dev.why502.exporter;

import dev.why502.diagnosis.Cause;
import dev.why502.observation.Mismatch;

/** Causes of answers that came and are not what a module asks for. */
final class Mismatches {
  private Mismatches() {}

  static String cause(Mismatch.What what) {
    return switch (what) {
      case STATUS -> Cause.UNEXPECTED_STATUS.code();
      case WITHIN -> Cause.SLOW_RESPONSE.code();
      case BODY -> Cause.UNEXPECTED_BODY.code();
      case HEADER, UPGRADE -> Cause.UNEXPECTED_HEADER.code();
      case CERTIFICATE_DAYS -> Cause.CERTIFICATE_EXPIRING.code();
      case REDIRECT_LOOP -> Cause.REDIRECT_LOOP.code();
    };
  }
}
