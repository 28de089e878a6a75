"""MLC's part of an export: what to run for an Android phone (q4f16_1), with this student's values put in.

    exports/nano/mlc/conversation.json        the prompt it was trained on, in MLC's own terms
    exports/nano/mlc/mlc-package-config.json  what `mlc_llm package` reads in an Android app's folder
    exports/nano/mlc/mlc.sh                   the commands, one after the other

`gen_config` knows conversations by name only, and its `qwen2` and `chatml` say "You are a helpful assistant."; so the
script puts conversation.json into mlc-chat-config.json afterwards. None of it was run here: mlc_llm's wheels are not on
the package index and an Android build needs the NDK. `rendered` follows `Conversation.as_prompt` of
mlc_llm/protocol/conversation_protocol.py.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from curriculum.export.schema import Contract, Message
from curriculum.schema import Shape

GROUP = 32  # q4f16_1 quantises 32 weights of a row together
PREFILL = 1024


def commands(name: str, contract: Contract, kind: str) -> str:
    """Return the script: weights, configuration, conversation, library, package."""
    prefill = min(PREFILL, contract.context)
    return f"""#!/bin/sh
# {name} for MLC LLM on Android, quantised to q4f16_1. Stand in the export's folder: sh mlc/mlc.sh
# Not run here. It needs mlc_llm (llm.mlc.ai), the Android NDK, Rust, a JDK, and
# MLC_LLM_SOURCE_DIR=the checkout of mlc-llm, ANDROID_NDK, TVM_NDK_CC, JAVA_HOME.
set -eu
OUT=mlc/{name}-q4f16_1-MLC

mlc_llm convert_weight safetensors --model-type {kind} --quantization q4f16_1 --output "$OUT"

mlc_llm gen_config safetensors --model-type {kind} --quantization q4f16_1 --conv-template chatml \\
  --context-window-size {contract.context} --prefill-chunk-size {prefill} --max-batch-size 1 --output "$OUT"

# The conversation that gen_config knows has another system message than this student was trained under.
python3 - "$OUT/mlc-chat-config.json" mlc/conversation.json <<'PUT'
import json, sys
config, conversation = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:])
config["conv_template"] = conversation
json.dump(config, open(sys.argv[1], "w", encoding="utf-8"), ensure_ascii=False, indent=2)
PUT

mlc_llm compile "$OUT/mlc-chat-config.json" --device android --quantization q4f16_1 \\
  --system-lib-prefix {prefix(name)} --output mlc/{name}-q4f16_1-android.tar

# Library and weights for the app: in $MLC_LLM_SOURCE_DIR/android/MLCChat, with mlc/mlc-package-config.json there
# (its "model" is this folder's path to $OUT):
#   mlc_llm package
#   python bundle_weight.py --apk-path app/release/app-release.apk
"""


def prefix(name: str) -> str:
    """Return the prefix of the compiled library's symbols: letters, digits and underscores."""
    return "".join(sign if sign.isalnum() and sign.isascii() else "_" for sign in name) + "_q4f16_1_"


def package_config(name: str, shape: Shape, contract: Contract) -> dict[str, object]:
    """Return mlc-package-config.json; memory is weights at 4.5 bits, the cache of keys and values, and a quarter."""
    cache = 2 * 2 * shape.layers * contract.context * (shape.hidden // shape.heads) * shape.key_value_heads
    memory = int((shape.parameters * 4.5 / 8 + cache) * 1.25)
    model = {
        "model": f"mlc/{name}-q4f16_1-MLC",
        "model_id": f"{name}-q4f16_1",
        "model_lib": prefix(name).rstrip("_"),
        "estimated_vram_bytes": memory,
        "bundle_weight": True,
        "overrides": {"context_window_size": contract.context, "prefill_chunk_size": min(PREFILL, contract.context)},
    }
    return {"device": "android", "model_list": [model]}


def ungrouped(shape: Shape) -> tuple[str, ...]:
    """Return which widths q4f16_1 cannot part into its groups of 32."""
    widths = {"hidden": shape.hidden, "intermediate": shape.intermediate}
    return tuple(f"{name} {width}" for name, width in widths.items() if width % GROUP)


def rendered(conversation: Mapping[str, Any], messages: Sequence[Message]) -> str:
    """Return the prompt that MLC sends for a chat; a system message in it replaces the conversation's own."""
    told = messages[0].content if messages and messages[0].role == "system" else conversation["system_message"]
    text = str(conversation["system_template"]).replace("{system_message}", told)
    turns = [message for message in messages if message.role != "system"]
    separators = [*conversation["seps"], *conversation["seps"]][:2]
    for place, message in enumerate(turns):
        opens = conversation["roles"][message.role] + conversation["role_content_sep"]
        if place == 0 and text and not conversation["add_role_after_system_message"]:
            opens = ""
        form = str(conversation["role_templates"][message.role])
        said = form.replace(f"{{{message.role}_message}}", message.content)
        text += opens + said + separators[message.role == "assistant"]
    return text + str(conversation["roles"]["assistant"] + conversation["role_empty_sep"])
