package dev.why502.exporter;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often one client may ask for one target: {@value #AT_ONCE} at once and {@value #A_MINUTE} a
 * minute, so that a scrape of hundreds of targets goes through and a hammer does not. Refusals
 * count together, whatever they were for: who tries doors is not served faster by trying other
 * ones.
 */
final class Quota {
  static final int AT_ONCE = 4;
  static final int A_MINUTE = 60;

  /** Looks under way, of all clients together. */
  static final int IN_ALL = 256;

  private static final int MOST_KEPT = 16_384;
  private static final double NANOS_EACH = 60e9 / A_MINUTE;

  private final Map<String, Account> accounts = new LinkedHashMap<>(64, 0.75f, true);
  private int underWay;

  private static final class Account {
    private double left = A_MINUTE;
    private long atNanos;
    private int underWay;

    Account(long nanos) {
      atNanos = nanos;
    }
  }

  /** A look begins; false where it must not. */
  boolean begin(String client, String target, long nanos) {
    Account account = account("look " + client + " " + target, nanos);
    if (underWay >= IN_ALL || account.underWay >= AT_ONCE || !spend(account)) {
      return false;
    }
    account.underWay++;
    underWay++;
    return true;
  }

  void end(String client, String target, long nanos) {
    account("look " + client + " " + target, nanos).underWay--;
    underWay--;
  }

  /** Something was refused; false where this client has been refused too often. */
  boolean refuse(String client, long nanos) {
    return spend(account("refused " + client, nanos));
  }

  private static boolean spend(Account account) {
    if (account.left < 1) {
      return false;
    }
    account.left--;
    return true;
  }

  private Account account(String key, long nanos) {
    Account account = accounts.computeIfAbsent(key, none -> new Account(nanos));
    account.left = Math.min(A_MINUTE, account.left + (nanos - account.atNanos) / NANOS_EACH);
    account.atNanos = nanos;
    if (accounts.size() > MOST_KEPT) {
      Iterator<Account> eldest = accounts.values().iterator();
      while (eldest.hasNext()) {
        if (eldest.next().underWay == 0) {
          eldest.remove();
          break;
        }
      }
    }
    return account;
  }
}
