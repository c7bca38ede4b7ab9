package dev.why502.host;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.why502.host.FilterChain.Condition;
import dev.why502.host.FilterChain.Line;
import dev.why502.host.FilterChain.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what {@code nft -j list ruleset} prints (libnftables-json(5)). */
final class NftRules {
  static final int MAX_RULES = 20_000;
  private static final int MAX_DEPTH = 64;

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
              .build());

  private NftRules() {}

  private record Head(@Nullable String hook, boolean translates, boolean drops) {}

  /** Null when it is no ruleset. */
  static @Nullable List<FilterChain> parse(byte[] output) {
    JsonNode items;
    try {
      items = JSON.readTree(output).path("nftables");
    } catch (IOException notJson) {
      return null;
    }
    if (!items.isArray()) {
      return null;
    }
    Map<String, Head> heads = new LinkedHashMap<>();
    Map<String, List<Line>> lines = new LinkedHashMap<>();
    int rules = 0;
    for (JsonNode item : items) {
      JsonNode chain = item.path("chain");
      JsonNode rule = item.path("rule");
      if (chain.isObject()) {
        String family = chain.path("family").asText();
        boolean ours = family.equals("inet") || family.equals("ip") || family.equals("ip6");
        heads.put(
            place(chain, chain.path("name").asText()),
            new Head(
                ours && chain.has("hook") ? chain.path("hook").asText() : null,
                chain.path("type").asText().equals("nat"),
                chain.path("policy").asText().equals("drop")));
      } else if (rule.isObject() && ++rules <= MAX_RULES) {
        lines
            .computeIfAbsent(place(rule, rule.path("chain").asText()), none -> new ArrayList<>())
            .add(line(rule));
      }
    }
    if (rules > MAX_RULES) {
      return null;
    }
    List<FilterChain> chains = new ArrayList<>();
    heads.forEach(
        (place, head) ->
            chains.add(
                new FilterChain(
                    "nft",
                    place,
                    head.hook(),
                    head.translates(),
                    head.drops(),
                    lines.getOrDefault(place, List.of()))));
    return chains;
  }

  private static String place(JsonNode of, String chain) {
    return of.path("family").asText() + " " + of.path("table").asText() + " " + chain;
  }

  private static Line line(JsonNode rule) {
    List<Condition> conditions = new ArrayList<>();
    String family = rule.path("family").asText();
    if (!family.equals("inet")) {
      conditions.add((packet, hook) -> packet.six() == family.equals("ip6"));
    }
    Step step = Step.NOTHING;
    String target = null;
    String user = null;
    StringBuilder text = new StringBuilder();
    for (JsonNode part : rule.path("expr")) {
      String name = part.fieldNames().hasNext() ? part.fieldNames().next() : "";
      JsonNode value = part.path(name);
      text.append(text.isEmpty() ? "" : " ").append(NftText.of(name, value));
      switch (name) {
        case "match" -> {
          String one = NftMatch.user(value);
          if (one == null) {
            conditions.add(NftMatch.of(value));
          } else {
            user = one;
          }
        }
        case "counter", "log", "comment", "mangle", "notrack", "continue" -> {}
        case "accept" -> step = Step.ACCEPT;
        case "drop" -> step = Step.DROP;
        case "reject" -> step = Step.REJECT;
        case "return" -> step = Step.RETURN;
        case "jump", "goto" -> {
          step = name.equals("jump") ? Step.JUMP : Step.GOTO;
          target = place(rule, value.path("target").asText());
        }
        case "dnat", "redirect", "tproxy" -> step = Step.TRANSLATE;
        case "snat", "masquerade" -> step = Step.ACCEPT;
        case "xt" -> {
          // What iptables-nft has no words of nft for.
          if (value.path("type").asText().equals("target")) {
            step =
                switch (value.path("name").asText()) {
                  case "REJECT" -> Step.REJECT;
                  case "DROP" -> Step.DROP;
                  case "LOG" -> Step.NOTHING;
                  case "DNAT", "REDIRECT" -> Step.TRANSLATE;
                  default -> Step.NOT_KNOWN;
                };
          } else {
            conditions.add(FilterChain.NOT_KNOWN);
          }
        }
        case "vmap", "queue" -> step = Step.NOT_KNOWN;
        default -> conditions.add(FilterChain.NOT_KNOWN);
      }
    }
    return new Line(
        conditions,
        step,
        target,
        LogText.shown(text.toString()),
        rule.path("handle").asInt(-1),
        user);
  }
}
