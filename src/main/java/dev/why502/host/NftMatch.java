package dev.why502.host;

import com.fasterxml.jackson.databind.JsonNode;
import dev.why502.host.FilterChain.Condition;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One match of nft's: a field of the packet, an operator, and what it is held against. */
final class NftMatch {
  private NftMatch() {}

  /** The number of the user to whom a rule is limited, or null. */
  static @Nullable String user(JsonNode match) {
    JsonNode right = match.path("right");
    return match.path("left").path("meta").path("key").asText().equals("skuid")
            && match.path("op").asText().equals("==")
            && right.isIntegralNumber()
        ? right.asText()
        : null;
  }

  static Condition of(JsonNode match) {
    JsonNode left = match.path("left");
    JsonNode right = match.path("right");
    String op = match.path("op").asText();
    Condition holds =
        left.has("payload")
            ? payload(left.path("payload"), right, op)
            : left.has("meta")
                ? meta(left.path("meta").path("key").asText(), right, op)
                : left.has("ct")
                    ? state(left.path("ct"), right, op)
                    : left.has("fib") ? fib(left.path("fib"), right, op) : FilterChain.NOT_KNOWN;
    if (!op.equals("!=")) {
      return holds;
    }
    return (packet, hook) -> {
      Boolean one = holds.holds(packet, hook);
      return one == null ? null : !one;
    };
  }

  private static Condition payload(JsonNode payload, JsonNode right, String op) {
    String protocol = payload.path("protocol").asText();
    String field = payload.path("field").asText();
    return switch (protocol) {
      case "tcp", "th" ->
          field.equals("dport")
              ? (packet, hook) -> number(packet.port(), right, op)
              : FilterChain.NOT_KNOWN;
      case "udp", "udplite", "sctp", "dccp", "icmp", "icmpv6", "igmp", "ah", "esp" ->
          // A negated match of another protocol's field does not hold either.
          op.equals("!=") ? FilterChain.NOT_KNOWN : (packet, hook) -> false;
      case "ip", "ip6" -> address(protocol.equals("ip6"), field, right, op);
      default -> FilterChain.NOT_KNOWN;
    };
  }

  private static Condition address(boolean six, String field, JsonNode right, String op) {
    Condition holds =
        switch (field) {
          case "daddr" -> any(op, right, (packet, hook, one) -> network(one, packet::to));
          case "saddr" -> any(op, right, (packet, hook, one) -> network(one, packet::from));
          case "protocol", "nexthdr" -> any(op, right, (packet, hook, one) -> tcp(one));
          default -> FilterChain.NOT_KNOWN;
        };
    if (op.equals("!=")) {
      return (packet, hook) -> packet.six() == six ? holds.holds(packet, hook) : null;
    }
    return (packet, hook) -> packet.six() == six ? holds.holds(packet, hook) : Boolean.FALSE;
  }

  private static Condition meta(String key, JsonNode right, String op) {
    return switch (key) {
      case "l4proto" -> any(op, right, (packet, hook, one) -> tcp(one));
      case "nfproto" ->
          any(
              op,
              right,
              (packet, hook, one) -> one.asText().equals(packet.six() ? "ipv6" : "ipv4"));
      case "protocol" ->
          any(op, right, (packet, hook, one) -> one.asText().equals(packet.six() ? "ip6" : "ip"));
      case "iif", "iifname" ->
          any(op, right, (packet, hook, one) -> packet.through(one.asText(), true, hook));
      case "oif", "oifname" ->
          any(op, right, (packet, hook, one) -> packet.through(one.asText(), false, hook));
      default -> FilterChain.NOT_KNOWN;
    };
  }

  private static Condition state(JsonNode ct, JsonNode right, String op) {
    return ct.path("key").asText().equals("state")
        ? any(op, right, (packet, hook, one) -> one.asText().equals("new"))
        : FilterChain.NOT_KNOWN;
  }

  private static Condition fib(JsonNode fib, JsonNode right, String op) {
    boolean type =
        fib.path("result").asText().equals("type")
            && fib.path("flags").toString().contains("daddr");
    return type && right.asText().equals("local") && (op.equals("==") || op.equals("!="))
        ? (packet, hook) -> packet.local()
        : FilterChain.NOT_KNOWN;
  }

  private interface One {
    @Nullable Boolean fits(Packet packet, String hook, JsonNode one);
  }

  /** Of a set or a list one must fit; named sets are not looked into. */
  private static Condition any(String op, JsonNode right, One fits) {
    boolean known = op.equals("==") || op.equals("!=") || op.equals("in");
    if (!known || named(right)) {
      return FilterChain.NOT_KNOWN;
    }
    JsonNode set = right.has("set") ? right.path("set") : right;
    return (packet, hook) -> {
      if (!set.isArray()) {
        return fits.fits(packet, hook, set);
      }
      Boolean some = false;
      for (JsonNode one : set) {
        Boolean holds = named(one) ? null : fits.fits(packet, hook, one);
        if (holds == null) {
          some = null;
        } else if (holds) {
          return true;
        }
      }
      return some;
    };
  }

  private static boolean named(JsonNode right) {
    return right.isTextual() && right.asText().startsWith("@");
  }

  private static Boolean tcp(JsonNode one) {
    return one.asText().equals("tcp") || one.asText().equals("6");
  }

  private static @Nullable Boolean network(
      JsonNode one, Function<String, @Nullable Boolean> within) {
    JsonNode prefix = one.path("prefix");
    if (prefix.isObject()) {
      return within.apply(prefix.path("addr").asText() + "/" + prefix.path("len").asInt());
    }
    String text = one.asText();
    return Packet.literal(text) == null ? null : within.apply(text);
  }

  private static @Nullable Boolean number(int value, JsonNode right, String op) {
    return switch (op) {
      case "==", "!=", "in" -> {
        if (named(right)) {
          yield null;
        }
        JsonNode set = right.path("set");
        if (!set.isArray()) {
          yield among(value, right);
        }
        Boolean some = false;
        for (JsonNode one : set) {
          Boolean holds = among(value, one);
          if (holds == null) {
            some = null;
          } else if (holds) {
            yield true;
          }
        }
        yield some;
      }
      case "<" -> right.isIntegralNumber() ? value < right.asInt() : null;
      case ">" -> right.isIntegralNumber() ? value > right.asInt() : null;
      case "<=" -> right.isIntegralNumber() ? value <= right.asInt() : null;
      case ">=" -> right.isIntegralNumber() ? value >= right.asInt() : null;
      default -> null;
    };
  }

  private static @Nullable Boolean among(int value, JsonNode one) {
    JsonNode range = one.path("range");
    if (range.isArray() && range.size() == 2) {
      JsonNode from = range.get(0);
      JsonNode to = range.get(1);
      if (!from.isIntegralNumber() || !to.isIntegralNumber()) {
        return null;
      }
      return value >= from.asInt() && value <= to.asInt();
    }
    return one.isIntegralNumber() ? value == one.asInt() : null;
  }
}
