package dev.why502.conf;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.List;
import java.util.Map;

/** A JSON value whose strings are already expanded. */
sealed interface Json {
  /** With its article, as a message says it. */
  String kind();

  /** Compact JSON text; members in the order of the file. */
  void write(StringBuilder out);

  default String text() {
    StringBuilder out = new StringBuilder();
    write(out);
    return out.toString();
  }

  record Obj(Map<String, Json> members) implements Json {
    @Override
    public String kind() {
      return "an object";
    }

    @Override
    public void write(StringBuilder out) {
      String separator = "{";
      for (Map.Entry<String, Json> member : members.entrySet()) {
        out.append(separator).append('"');
        JsonStringEncoder.getInstance().quoteAsString(member.getKey(), out);
        out.append("\":");
        member.getValue().write(out);
        separator = ",";
      }
      out.append(members.isEmpty() ? "{}" : "}");
    }
  }

  record Arr(List<Json> items) implements Json {
    @Override
    public String kind() {
      return "an array";
    }

    @Override
    public void write(StringBuilder out) {
      String separator = "[";
      for (Json item : items) {
        out.append(separator);
        item.write(out);
        separator = ",";
      }
      out.append(items.isEmpty() ? "[]" : "]");
    }
  }

  /**
   * A string.
   *
   * @param secret whether any of it came from the environment or a file
   */
  record Text(String value, boolean secret) implements Json {
    @Override
    public String kind() {
      return "a string";
    }

    @Override
    public void write(StringBuilder out) {
      out.append('"');
      JsonStringEncoder.getInstance().quoteAsString(value, out);
      out.append('"');
    }

    /** As it may stand in a message. */
    String quoted() {
      return secret ? "the value" : Printable.quoted(value);
    }
  }

  /** Kept as written: 1.10 stays 1.10. */
  record Num(String literal) implements Json {
    @Override
    public String kind() {
      return "a number";
    }

    @Override
    public void write(StringBuilder out) {
      out.append(literal);
    }
  }

  record Bool(boolean value) implements Json {
    @Override
    public String kind() {
      return "a boolean";
    }

    @Override
    public void write(StringBuilder out) {
      out.append(value);
    }
  }

  record Null() implements Json {
    @Override
    public String kind() {
      return "null";
    }

    @Override
    public void write(StringBuilder out) {
      out.append("null");
    }
  }

  /** A value at fault, and that has been said: whoever meets it stays silent. */
  record Faulty() implements Json {
    @Override
    public String kind() {
      return "faulty";
    }

    @Override
    public void write(StringBuilder out) {
      out.append("null");
    }
  }
}
