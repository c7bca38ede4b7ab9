package dev.why502.gateway.caddy;

import dev.why502.evidence.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object of Caddy's native configuration: what a Caddyfile is compiled to, and what a JSON
 * configuration is. Values are texts, longs, doubles, booleans, nodes and lists of these. Where it
 * comes from does not count when two are compared.
 */
final class CaddyNode {
  private final Map<String, Object> members = new LinkedHashMap<>();
  private final Map<String, Place> beside = new LinkedHashMap<>();
  private final @Nullable Place place;

  CaddyNode(@Nullable Place place) {
    this.place = place;
  }

  /** A handler. */
  static CaddyNode handler(String name, Place place) {
    return new CaddyNode(place).put("handler", name);
  }

  @Nullable Place place() {
    return place;
  }

  /** Lines of the Caddyfile that it is made of, by what they set. */
  Map<String, Place> beside() {
    return beside;
  }

  CaddyNode beside(Map<String, Place> lines) {
    beside.putAll(lines);
    return this;
  }

  CaddyNode put(String name, Object value) {
    members.put(name, value);
    return this;
  }

  /** Puts nothing for null, "", 0, false or an empty list, as Go's omitempty does. */
  CaddyNode putUnlessEmpty(String name, @Nullable Object value) {
    boolean empty =
        value == null
            || value.equals("")
            || value.equals(0L)
            || value.equals(false)
            || (value instanceof List<?> list && list.isEmpty());
    return empty || value == null ? this : put(name, value);
  }

  boolean has(String name) {
    return members.containsKey(name);
  }

  boolean isEmpty() {
    return members.isEmpty();
  }

  Map<String, Object> members() {
    return members;
  }

  @Nullable Object get(String name) {
    return members.get(name);
  }

  /** The node of that name, made when there is none. */
  CaddyNode within(String name) {
    Object value = members.get(name);
    if (value instanceof CaddyNode node) {
      return node;
    }
    CaddyNode node = new CaddyNode(place);
    members.put(name, node);
    return node;
  }

  @Nullable CaddyNode node(String name) {
    return members.get(name) instanceof CaddyNode node ? node : null;
  }

  List<CaddyNode> nodes(String name) {
    List<CaddyNode> nodes = new ArrayList<>();
    if (members.get(name) instanceof List<?> list) {
      for (Object each : list) {
        if (each instanceof CaddyNode node) {
          nodes.add(node);
        }
      }
    }
    return nodes;
  }

  /** A list of texts; a single text is a list of one. */
  List<String> texts(String name) {
    Object value = members.get(name);
    List<String> texts = new ArrayList<>();
    if (value instanceof List<?> list) {
      list.forEach(each -> texts.add(String.valueOf(each)));
    } else if (value instanceof String || value instanceof Number) {
      texts.add(String.valueOf(value));
    }
    return texts;
  }

  @Nullable String text(String name) {
    Object value = members.get(name);
    return value instanceof String || value instanceof Number ? String.valueOf(value) : null;
  }

  String text(String name, String otherwise) {
    String text = text(name);
    return text == null ? otherwise : text;
  }

  boolean on(String name) {
    return Boolean.TRUE.equals(members.get(name));
  }

  long number(String name, long otherwise) {
    Object value = members.get(name);
    if (value instanceof Number number) {
      return number.longValue();
    }
    return value instanceof String text ? CaddyUnits.number(text, otherwise) : otherwise;
  }

  /** A duration in milliseconds: a number is of nanoseconds, a text is as Go writes it. */
  long millis(String name, long otherwise) {
    Object value = members.get(name);
    if (value instanceof Number number) {
      return number.longValue() / 1_000_000;
    }
    long millis = value instanceof String text ? CaddyUnits.millis(text) : -1;
    return millis < 0 ? otherwise : millis;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CaddyNode node && members.equals(node.members);
  }

  @Override
  public int hashCode() {
    return members.hashCode();
  }

  @Override
  public String toString() {
    return members.toString();
  }
}
