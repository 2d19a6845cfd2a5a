#!/usr/bin/env python3
"""Writes models in ONNX Runtime's own format (.ort), as its converter does: loads an ONNX file and has ONNX Runtime save what it loaded.

Usage: make_ort.py <folder with libonnxruntime.so.1> <from.onnx> <to.ort>. Committed: dense_ae.ort, gain1.ort, gain2.ort.
Only optimisations that suit every processor are made (level 1). Functions by their place in OrtApi (onnxruntime_c_api.h).
"""
import ctypes as c
import sys

library, source, target = c.CDLL(sys.argv[1] + "/libonnxruntime.so.1"), open(sys.argv[2], "rb").read(), sys.argv[3].encode()


class Base(c.Structure):
    _fields_ = [("get_api", c.CFUNCTYPE(c.c_void_p, c.c_uint32)), ("get_version", c.c_void_p)]


library.OrtGetApiBase.restype = c.POINTER(Base)
table = c.cast(library.OrtGetApiBase().contents.get_api(23), c.POINTER(c.c_void_p))


def call(place, types, *arguments):
    status = c.CFUNCTYPE(c.c_void_p, *types)(table[place])(*arguments)
    if status:
        sys.exit(c.CFUNCTYPE(c.c_char_p, c.c_void_p)(table[2])(status).decode())


P, env, options, session = c.c_void_p, c.c_void_p(), c.c_void_p(), c.c_void_p()
call(3, [c.c_int, c.c_char_p, P], 3, b"make_ort", c.byref(env))                                          # CreateEnv
call(10, [P], c.byref(options))                                                                          # CreateSessionOptions
call(11, [P, c.c_char_p], options, target)                                                               # SetOptimizedModelFilePath
call(23, [P, c.c_int], options, 1)                                                                       # SetSessionGraphOptimizationLevel
call(130, [P, c.c_char_p, c.c_char_p], options, b"session.save_model_format", b"ORT")                    # AddSessionConfigEntry
call(8, [P, c.c_char_p, c.c_size_t, P, P], env, source, len(source), options, c.byref(session))          # CreateSessionFromArray
