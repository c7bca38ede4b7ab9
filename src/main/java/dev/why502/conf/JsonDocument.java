package dev.why502.conf;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Strict JSON (RFC 8259): UTF-8 without a byte order mark, no key twice, bounded depth. */
final class JsonDocument {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Limits.DEPTH)
                  .maxStringLength(Limits.FILE_BYTES)
                  .build())
          .build();

  private final Expansion expansion;
  private final Faults faults;

  JsonDocument(Expansion expansion, Faults faults) {
    this.expansion = expansion;
    this.faults = faults;
  }

  /** Null if there is no value to speak of; the faults then say why. */
  @Nullable Json read(byte[] bytes) {
    Parsed<String> text = decode(bytes);
    if (text.value() == null) {
      faults.add(Pointer.ROOT, String.valueOf(text.problem()));
      return null;
    }
    try (JsonParser parser = FACTORY.createParser(text.value())) {
      return document(parser);
    } catch (IOException e) {
      throw new IllegalStateException("a string is read without input or output", e);
    }
  }

  private @Nullable Json document(JsonParser parser) throws IOException {
    try {
      if (parser.nextToken() == null) {
        faults.add(Pointer.ROOT, "the file is empty");
        return null;
      }
      Json value = value(parser, Pointer.ROOT);
      if (parser.nextToken() != null) {
        faults.add(Pointer.ROOT, place(parser.currentTokenLocation()) + "more than one value");
        return null;
      }
      return value;
    } catch (JsonProcessingException e) {
      // An exceeded limit comes without a location.
      JsonLocation location = e.getLocation();
      faults.add(
          Pointer.ROOT, place(location == null ? parser.currentLocation() : location) + reason(e));
      return null;
    }
  }

  private static Parsed<String> decode(byte[] bytes) {
    if (bytes.length > Limits.FILE_BYTES) {
      return Parsed.not("the file is larger than " + Limits.FILE_BYTES / 1024 + " KiB");
    }
    int first = bytes.length > 0 ? bytes[0] & 0xff : -1;
    int second = bytes.length > 1 ? bytes[1] & 0xff : -1;
    if (first == 0xef && second == 0xbb) {
      return Parsed.not("the file begins with a byte order mark; save it as UTF-8 without one");
    }
    // JSON begins with an ASCII character, so a zero byte there shows UTF-16 or UTF-32.
    if (first == 0 || second == 0 || (first >= 0xfe && second >= 0xfe)) {
      return Parsed.not("the file is not in UTF-8 but, it seems, in UTF-16; save it as UTF-8");
    }
    Parsed<String> text = BoundedFile.utf8(bytes);
    return text.value() == null ? Parsed.not("the file is not valid UTF-8") : text;
  }

  private Json value(JsonParser parser, Pointer at) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      return object(parser, at);
    }
    if (token == JsonToken.START_ARRAY) {
      List<Json> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.add(value(parser, at.child(items.size())));
      }
      return new Json.Arr(items);
    }
    if (token == JsonToken.VALUE_STRING) {
      return expansion.expand(parser.getText(), at);
    }
    if (token.isNumeric()) {
      // A number that no double holds becomes infinite somewhere down the line.
      if (Double.isInfinite(Double.parseDouble(parser.getText()))) {
        faults.add(at, "the number is out of range");
        return new Json.Faulty();
      }
      return new Json.Num(parser.getText());
    }
    return token == JsonToken.VALUE_NULL
        ? new Json.Null()
        : new Json.Bool(token == JsonToken.VALUE_TRUE);
  }

  private Json object(JsonParser parser, Pointer at) throws IOException {
    Map<String, Json> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      Pointer place = at.child(key);
      Json value = value(parser, place);
      if (members.putIfAbsent(key, value) != null) {
        faults.add(place, "this key is there more than once");
      }
    }
    return new Json.Obj(members);
  }

  private static String place(JsonLocation location) {
    return "line " + location.getLineNr() + ", column " + location.getColumnNr() + ": ";
  }

  private static String reason(JsonProcessingException e) {
    if (e instanceof StreamConstraintsException) {
      return e.getOriginalMessage().contains("nesting depth")
          ? "nested deeper than " + Limits.DEPTH
          : "a number or name is too long";
    }
    if (e instanceof JsonEOFException) {
      return "the file ends in the middle of a value";
    }
    // What Jackson adds in brackets is where an enclosing value began, in its own notation.
    String message = e.getOriginalMessage();
    int source = message.indexOf("[Source:");
    return "not JSON: " + (source < 0 ? message : message.substring(0, source));
  }
}
