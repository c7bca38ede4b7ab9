package dev.why502.bus;

/** Where on the event bus what is published and asked. */
public final class Addresses {
  /** All that outside clients may receive begins so. */
  public static final String ROOT = "why502.";

  /** A verdict: on a change, and at least once a minute for each probe. */
  public static final String VERDICTS = "why502.verdicts";

  /** Each run of each probe. */
  public static final String OBSERVATIONS = "why502.observations";

  public static final String INCIDENTS = "why502.incidents";

  /** A remedy ran, or would have run. */
  public static final String REMEDIES = "why502.remedies";

  /** Definitions were loaded or refused. */
  public static final String DEFINITIONS = "why502.definitions";

  /** The service's own state, every 10 s. */
  public static final String HEALTH = "why502.health";

  /** All that outside clients may send to begins so. */
  public static final String QUERIES = "why502.query.";

  public static final String QUERY_VERDICTS = "why502.query.verdicts";
  public static final String QUERY_INCIDENTS = "why502.query.incidents";

  /** Whether the definitions file that was read last is in force. */
  public static final String QUERY_DEFINITIONS = "why502.query.definitions";

  private Addresses() {}

  /** The verdicts of one probe. */
  public static String verdicts(String probe) {
    return VERDICTS + "." + probe;
  }

  /** Whether verdicts go over an address. */
  static boolean verdicted(String address) {
    return address.equals(VERDICTS) || address.startsWith(VERDICTS + ".");
  }
}
