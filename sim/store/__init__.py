"""Many runs: the result folder, its tables, what says where they come from, and who runs them. Decides no number.

In the order in which an experiment passes through them:

    tasks, work                 what is run, by its key, and what a worker does of it
    folder                      an experiment from its beginning to its end: the file to begin with
    shards, levels, merge, joined
                                what a task leaves, many of them as one, large tables made of that, and the common past
                                of arms
    manifest, form, provenance  what the manifest says, what it must say, where results come from
    results, tables, difference
                                reading a folder back, checking its tables, comparing two folders to the bit
    files, csv_text, lock, progress, run_log
                                writing whole or not at all, the text of a CSV, one writer at a time, how far it is,
                                what happened
    bundle                      a folder as an archive that can be cited
    executors                   processes of this machine, or workers of a Dask cluster
"""
