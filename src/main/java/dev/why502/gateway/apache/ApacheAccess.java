package dev.why502.gateway.apache;

import dev.why502.evidence.Route.Limit;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.Ip;
import dev.why502.gateway.RouteDraft;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Access rules: Require (mod_authz_core) and Order, Allow and Deny (mod_access_compat). */
final class ApacheAccess {
  private final ApacheRequest request;
  private final RouteDraft draft;

  ApacheAccess(ApacheRequest request, RouteDraft draft) {
    this.request = request;
    this.draft = draft;
  }

  /** What rules come to. */
  private enum Verdict {
    GRANTED,
    DENIED,
    NEUTRAL,
    /** Only a user who has given a password passes. */
    USER,
    UNKNOWN;

    Verdict negated() {
      return switch (this) {
        case GRANTED -> DENIED;
        case DENIED, NEUTRAL -> NEUTRAL;
        case USER -> USER;
        case UNKNOWN -> UNKNOWN;
      };
    }
  }

  /** The rule that refuses the client, or null. What depends on what is not known is noted. */
  @Nullable ApacheDirective denied(List<ApacheSections.Layer> layers) {
    ApacheDirective satisfy = ApacheSections.find(layers, "satisfy");
    boolean any = satisfy != null && satisfy.arg(0).equalsIgnoreCase("any");
    ApacheDirective legacy = legacy(layers);
    if (legacy != null && !any) {
      return legacy;
    }
    ApacheSections.Layer layer = last(layers);
    if (layer == null) {
      return null;
    }
    if (any) {
      draft.unknown("which of the access rules satisfies is not followed: Satisfy Any");
      return null;
    }
    Verdict verdict = any(layer.directives());
    ApacheDirective first = first(layer.directives());
    if (first == null) {
      return null;
    }
    return switch (verdict) {
      case DENIED, NEUTRAL -> first;
      case USER -> {
        draft.limit(new Limit(Limit.What.AUTHENTICATION, first.place(), 0, 401));
        yield null;
      }
      case UNKNOWN -> {
        draft.unknown(
            "whether " + first.text() + " (" + first.where() + ") lets the client in is not known");
        yield null;
      }
      case GRANTED -> null;
    };
  }

  private static ApacheSections.@Nullable Layer last(List<ApacheSections.Layer> layers) {
    for (int i = layers.size() - 1; i >= 0; i--) {
      if (layers.get(i).section() != null && first(layers.get(i).directives()) != null) {
        return layers.get(i);
      }
    }
    return null;
  }

  private static @Nullable ApacheDirective first(List<ApacheDirective> directives) {
    for (ApacheDirective each : directives) {
      if (each.is("require") || each.name().startsWith("require")) {
        if (each.is("require")) {
          return each;
        }
        ApacheDirective inside = first(each.children());
        if (inside != null) {
          return inside;
        }
      }
    }
    return null;
  }

  /** One that grants is enough; without one, one that refuses. */
  private Verdict any(List<ApacheDirective> directives) {
    Verdict result = Verdict.NEUTRAL;
    for (ApacheDirective each : directives) {
      Verdict one = of(each);
      if (one == Verdict.GRANTED) {
        return one;
      }
      if (rank(one) > rank(result)) {
        result = one;
      }
    }
    return result;
  }

  private static int rank(Verdict verdict) {
    return switch (verdict) {
      case NEUTRAL -> 0;
      case DENIED -> 1;
      case USER -> 2;
      case UNKNOWN -> 3;
      case GRANTED -> 4;
    };
  }

  private Verdict all(List<ApacheDirective> directives) {
    Verdict result = Verdict.NEUTRAL;
    for (ApacheDirective each : directives) {
      Verdict one = of(each);
      if (one == Verdict.DENIED) {
        return one;
      }
      if (one == Verdict.UNKNOWN || result == Verdict.UNKNOWN) {
        result = Verdict.UNKNOWN;
      } else if (one != Verdict.NEUTRAL && result != Verdict.USER) {
        result = one;
      }
    }
    return result;
  }

  private Verdict of(ApacheDirective rule) {
    return switch (rule.name()) {
      case "requireany" -> any(rule.children());
      case "requireall" -> all(rule.children());
      case "requirenone" -> any(rule.children()).negated();
      case "require" -> one(rule);
      default -> Verdict.NEUTRAL;
    };
  }

  private Verdict one(ApacheDirective rule) {
    boolean not = rule.arg(0).equalsIgnoreCase("not");
    List<String> args =
        rule.args().subList(Math.min(not ? 2 : 1, rule.args().size()), rule.args().size());
    Verdict verdict =
        switch (ByteText.lower(rule.arg(not ? 1 : 0))) {
          case "all" -> args.contains("granted") ? Verdict.GRANTED : Verdict.DENIED;
          case "ip" -> address(args);
          case "local" -> request.client == null ? Verdict.UNKNOWN : Verdict.GRANTED;
          case "method" -> args.contains(request.method) ? Verdict.GRANTED : Verdict.DENIED;
          case "valid-user", "user", "group", "file-owner", "file-group" -> Verdict.USER;
          default -> Verdict.UNKNOWN;
        };
    if (rule.unresolved()) {
      verdict = Verdict.UNKNOWN;
    }
    return not ? verdict.negated() : verdict;
  }

  private Verdict address(List<String> networks) {
    boolean unknown = false;
    for (String network : networks) {
      Boolean fits = fits(network);
      if (Boolean.TRUE.equals(fits)) {
        return Verdict.GRANTED;
      }
      unknown |= fits == null;
    }
    return unknown ? Verdict.UNKNOWN : Verdict.DENIED;
  }

  /** "10", "10.1", "10.0.0.0/8", "10.0.0.0/255.0.0.0" and whole addresses. */
  private @Nullable Boolean fits(String network) {
    String client = request.client;
    if (client == null) {
      return null;
    }
    int slash = network.indexOf('/');
    String base = slash < 0 ? network : network.substring(0, slash);
    if (base.indexOf(':') < 0 && !Ip.v4(base)) {
      String[] parts = base.split("\\.");
      for (String part : parts) {
        if (ByteText.number(part) < 0) {
          return null;
        }
      }
      String filled = base.endsWith(".") ? base.substring(0, base.length() - 1) : base;
      return Ip.in(filled + ".0".repeat(4 - parts.length) + "/" + parts.length * 8, client);
    }
    return Ip.in(network, client);
  }

  /** What Order, Allow and Deny of the innermost section that has any come to. */
  private @Nullable ApacheDirective legacy(List<ApacheSections.Layer> layers) {
    for (int i = layers.size() - 1; i >= 0; i--) {
      List<ApacheDirective> rules =
          layers.get(i).directives().stream()
              .filter(each -> each.is("order") || each.is("allow") || each.is("deny"))
              .toList();
      if (!rules.isEmpty()) {
        return legacy(rules, layers.get(i));
      }
    }
    return null;
  }

  private @Nullable ApacheDirective legacy(
      List<ApacheDirective> rules, ApacheSections.Layer layer) {
    ApacheDirective order = null;
    Verdict allowed = Verdict.DENIED;
    Verdict denied = Verdict.DENIED;
    ApacheDirective deny = null;
    for (ApacheDirective each : rules) {
      if (each.is("order")) {
        order = each;
        continue;
      }
      List<String> from = each.args().subList(Math.min(1, each.args().size()), each.args().size());
      Verdict fits =
          from.stream().anyMatch(word -> word.equalsIgnoreCase("all"))
              ? Verdict.GRANTED
              : address(from);
      if (each.is("allow")) {
        allowed = rank(fits) > rank(allowed) ? fits : allowed;
      } else {
        deny = deny == null || fits == Verdict.GRANTED ? each : deny;
        denied = rank(fits) > rank(denied) ? fits : denied;
      }
    }
    String how = order == null ? "deny,allow" : ByteText.lower(String.join("", order.args()));
    boolean allowLast = !how.startsWith("allow");
    boolean refused =
        allowLast
            ? denied == Verdict.GRANTED && allowed != Verdict.GRANTED
            : denied == Verdict.GRANTED || allowed != Verdict.GRANTED;
    boolean unsure = denied == Verdict.UNKNOWN || allowed == Verdict.UNKNOWN;
    if (unsure && !(allowLast ? allowed == Verdict.GRANTED : denied == Verdict.GRANTED)) {
      draft.unknown(
          "the access rules near " + rules.get(0).where() + " depend on the client's address");
      return null;
    }
    if (!refused) {
      return null;
    }
    ApacheDirective section = layer.section();
    return deny != null ? deny : order != null ? order : section;
  }
}
