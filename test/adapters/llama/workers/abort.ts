/** Dies as llama.cpp does on an assertion. */
process.stderr.write('GGML_ASSERT failed');
process.abort();
