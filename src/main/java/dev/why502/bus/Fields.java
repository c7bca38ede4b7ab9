package dev.why502.bus;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;

/** Keys of our own, in the form that {@link MaskingGenerator} lets pass. */
final class Fields {
  static final SerializableString KIND = of("kind");
  static final SerializableString AT = of("at");
  static final SerializableString SUMMARY = of("summary");
  static final SerializableString DATA = of("data");

  private Fields() {}

  static SerializableString of(String name) {
    return new SerializedString(name);
  }
}
