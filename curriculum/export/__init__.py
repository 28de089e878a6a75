"""A trained student out of the door: weights in the forms that phones and servers read, with the prompt it learned by.

    python -m curriculum export --run nano --forms safetensors,f16,q8_0,q4_k_m

`source` finds what a run trained, `trained` asks LLaMA-Factory for the prompt it trained on, `layouts` writes that
prompt down for each way of serving, `senders` asks each way what it will send, `parity` compares, byte for byte.
"""
