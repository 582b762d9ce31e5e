/* A stand-in of a JVM that loads libunderstudy.so for Android on Linux, opens a wallet through its
 * JNI functions and hands it the commands of a reader.
 *
 * Arguments: the library, the wallet's folder (ASCII), the storage key in hex.
 * Standard input: `process HEX` or `lost`, one a line. Standard output: the answer in hex, or `lost`.
 * An exception ends the program with 1, and its sentence is on standard error.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <jni.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bionic's name of the place of errno; everything else that the library needs is in glibc as well. */
int *__errno(void) { return &errno; }

/* An array of octets, a direct buffer, or a string in UTF-16. */
struct object {
  jsize length;
  const void *content;
};

static const struct object *of(const void *object) { return object; }

static void fail(const char *what, const char *detail) {
  fprintf(stderr, "%s: %s\n", what, detail);
  exit(1);
}

static jclass JNICALL find_class(JNIEnv *env, const char *name) {
  (void)env;
  return (jclass)name;
}

static jint JNICALL throw_new(JNIEnv *env, jclass class, const char *sentence) {
  (void)env;
  fail((const char *)class, sentence);
  return 0;
}

static jsize JNICALL length_of(JNIEnv *env, jarray object) {
  (void)env;
  return of(object)->length;
}

static void JNICALL get_octets(JNIEnv *env, jbyteArray array, jsize start, jsize length, jbyte *to) {
  (void)env;
  memcpy(to, (const jbyte *)of(array)->content + start, (size_t)length);
}

static void JNICALL get_units(JNIEnv *env, jstring string, jsize start, jsize length, jchar *to) {
  (void)env;
  memcpy(to, (const jchar *)of(string)->content + start, (size_t)length * sizeof *to);
}

static jbyteArray JNICALL new_array(JNIEnv *env, jsize length) {
  (void)env;
  struct object *array = malloc(sizeof *array);
  *array = (struct object){length, calloc((size_t)length + 1, 1)};
  return (jbyteArray)array;
}

static void JNICALL set_octets(JNIEnv *env, jbyteArray array, jsize start, jsize length,
                               const jbyte *from) {
  (void)env;
  memcpy((jbyte *)of(array)->content + start, from, (size_t)length);
}

static jlong JNICALL capacity_of(JNIEnv *env, jobject buffer) {
  (void)env;
  return of(buffer)->length;
}

static void *JNICALL address_of(JNIEnv *env, jobject buffer) {
  (void)env;
  return (void *)of(buffer)->content;
}

static const struct JNINativeInterface_ TABLE = {
    .FindClass = find_class,
    .ThrowNew = throw_new,
    .GetArrayLength = length_of,
    .GetByteArrayRegion = get_octets,
    .NewByteArray = new_array,
    .SetByteArrayRegion = set_octets,
    .GetStringLength = length_of,
    .GetStringRegion = get_units,
    .GetDirectBufferCapacity = capacity_of,
    .GetDirectBufferAddress = address_of,
};

static struct object octets_of(const char *hex) {
  jsize length = (jsize)(strlen(hex) / 2);
  unsigned char *octets = malloc((size_t)length + 1);
  for (jsize at = 0; at < length; at++) {
    char digits[3] = {hex[2 * at], hex[2 * at + 1], 0}, *end;
    octets[at] = (unsigned char)strtoul(digits, &end, 16);
    if (*end) fail("not hex", digits);
  }
  return (struct object){length, octets};
}

static struct object string_of(const char *ascii) {
  jsize length = (jsize)strlen(ascii);
  jchar *units = malloc(((size_t)length + 1) * sizeof *units);
  for (jsize at = 0; at < length; at++) units[at] = (jchar)ascii[at];
  return (struct object){length, units};
}

static void *function(void *library, const char *name) {
  void *found = dlsym(library, name);
  if (!found) fail(name, "the library does not export it");
  return found;
}

int main(int count, char **arguments) {
  if (count != 4) fail("usage", "tap LIBRARY FOLDER KEY");
  void *library = dlopen(arguments[1], RTLD_NOW);
  if (!library) fail("the library does not load", dlerror());
  jlong (*open)(JNIEnv *, jclass, jstring, jobject, jbyteArray) =
      function(library, "Java_org_understudy_tap_NativeTap_open");
  jbyteArray (*process)(JNIEnv *, jclass, jlong, jbyteArray) =
      function(library, "Java_org_understudy_tap_NativeTap_process");
  void (*lost)(JNIEnv *, jclass, jlong) =
      function(library, "Java_org_understudy_tap_NativeTap_fieldLost");

  JNIEnv env = &TABLE;
  struct object folder = string_of(arguments[2]), key = octets_of(arguments[3]);
  jlong wallet = open(&env, NULL, (jstring)&folder, (jobject)&key, NULL);
  char *line = NULL;
  size_t room = 0;
  while (getline(&line, &room, stdin) > 0) {
    line[strcspn(line, "\n")] = 0;
    if (strcmp(line, "lost") == 0) {
      lost(&env, NULL, wallet);
      puts("lost");
    } else if (strncmp(line, "process ", 8) == 0) {
      struct object command = octets_of(line + 8);
      const struct object *answer = of(process(&env, NULL, wallet, (jbyteArray)&command));
      for (jsize at = 0; at < answer->length; at++)
        printf("%02x", ((const unsigned char *)answer->content)[at]);
      puts("");
    } else {
      fail("neither `process HEX` nor `lost`", line);
    }
    fflush(stdout);
  }
  return 0;
}
