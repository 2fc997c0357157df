"""What PyTorch and NumPy call things that are called otherwise here: the tables of suggestions.py.

Each line has names, and what an error says to write instead.
"""


def _table(*lines: tuple[str, str]) -> dict[str, str]:
    return {name: instead for names, instead in lines for name in names.split()}


INSTEAD: dict[str, dict[str, str]] = {
    "tinygrad_course": _table(
        ("tensor array asarray", "tinygrad_course.Tensor(data)"),
        ("compile jit", "nothing in its place: operations run as they are written"),
        ("device cuda", "nothing in its place: tensors are in the memory of the CPU"),
        ("manual_seed", "np.random.seed(seed), or give rng=seed"),
        ("cat", "np.concatenate"),
        ("save", "model.save('model.safetensors'), which tinygrad_course.load reads"),
        ("float32 float64 float16 int64", "np.float32 and the like"),
        ("autograd", "tinygrad_course.grad, or t.backward()"),
        ("utils", "tinygrad_course.data.batches for data"),
    ),
    "Tensor": _table(
        # NumPy's attributes
        ("base ctypes device flags itemsize nbytes strides", "t.numpy().{name}"),
        ("byteswap dump dumps getfield to_device tobytes tofile", "t.numpy().{name}(…)"),
        ("fill put setfield", "t[index] = value, or write into t.data"),
        ("flat", "t.ravel()"),
        ("view", "t.reshape(shape), or t.numpy().view(dtype) for the bytes"),
        ("imag real", "np.{name}(t)"),
        ("partition sort", "np.{name}(t, …), or t.data.{name}(…) to write into a leaf"),
        ("resize", "np.resize(t, shape)"),
        ("setflags", "t.detach() for numbers that can't be written into"),
        # PyTorch's
        ("add", "t + x"),
        ("sub subtract", "t - x"),
        ("mul multiply", "t * x"),
        ("div divide true_divide", "t / x"),
        ("floor_divide", "t // x"),
        ("remainder", "t % x"),
        ("pow float_power", "t ** x"),
        ("neg negative", "-t"),
        ("positive", "t"),
        ("matmul mm bmm mv smm", "t @ x"),
        ("eq equal", "t == x, or np.array_equal(t, x) for one answer"),
        ("ne not_equal", "t != x"),
        ("lt less", "t < x"),
        ("le less_equal", "t <= x"),
        ("gt greater", "t > x"),
        ("ge greater_equal", "t >= x"),
        ("addmm addmv addbmm baddbmm sspaddmm", "a + x @ y"),
        ("addcmul", "t + v * x * y"),
        ("addcdiv", "t + v * x / y"),
        ("addr ger", "np.outer(x, y)"),
        ("lerp", "t + w * (x - t)"),
        ("rsqrt", "1 / np.sqrt(t)"),
        ("frac", "t - np.trunc(t)"),
        ("logit", "np.log(t / (1 - t))"),
        ("xlogy", "np.where(t == 0, 0.0, t * np.log(y))"),
        ("sgn", "np.sign(t)"),
        ("absolute", "t.abs()"),
        ("asin", "t.arcsin()"),
        ("acos", "t.arccos()"),
        ("atan", "t.arctan()"),
        ("asinh", "t.arcsinh()"),
        ("acosh", "t.arccosh()"),
        ("atanh", "t.arctanh()"),
        ("atan2", "np.arctan2(t, x)"),
        ("clamp clamp_max clamp_min", "t.clip(low, high)"),
        ("dist", "np.linalg.norm(t - x)"),
        ("logdet", "np.linalg.slogdet(t)[1]"),
        ("inverse", "np.linalg.inv(t)"),
        ("pinverse", "np.linalg.pinv(t)"),
        ("renorm", "t / np.linalg.norm(t, axis=…, keepdims=True)"),
        ("matrix_exp", "scipy.linalg.expm for plain arrays: it has no derivative here"),
        ("cholesky_inverse cholesky_solve lu_solve triangular_solve", "np.linalg.solve(a, t)"),
        ("prelu", "nn.functional.prelu(t, w)"),
        ("hardshrink", "nn.functional.hardshrink(t)"),
        ("cummax", "np.maximum.accumulate(t)"),
        ("cummin", "np.minimum.accumulate(t)"),
        ("logcumsumexp", "np.logaddexp.accumulate, for plain arrays"),
        ("aminmax", "t.min(), t.max()"),
        ("msort", "np.sort(t, axis=0)"),
        ("topk", "np.sort(t, axis)[..., -k:]"),
        ("kthvalue mode", "np.sort(t, axis), and choose from that"),
        (
            "unique_consecutive nonzero_static",
            "np.unique of plain numbers, and index t with the positions",
        ),
        ("bincount", "np.bincount(labels, weights=t)"),
        ("view_as reshape_as resize_as", "t.reshape(shape)"),
        ("unsqueeze", "t[:, None], or np.expand_dims(t, axis)"),
        ("permute", "t.transpose(axes)"),
        ("t", "t.T"),
        ("H mH adjoint", "t.T or t.mT: tensors are real"),
        ("swapdims", "t.swapaxes(a, b)"),
        ("movedim", "np.moveaxis(t, a, b)"),
        ("expand expand_as", "np.broadcast_to(t, shape), or nothing: operations broadcast"),
        ("sum_to_size", "t.sum(axis=…)"),
        ("unflatten", "t.reshape(shape)"),
        ("dim ndimension", "t.ndim"),
        ("numel nelement", "t.size"),
        ("element_size", "t.dtype.itemsize"),
        ("is_same_size", "t.shape == x.shape"),
        (
            "chunk split_with_sizes tensor_split unsafe_chunk unsafe_split unsafe_split_with_sizes",
            "np.split(t, …) or np.array_split(t, n)",
        ),
        ("unbind", "list(t)"),
        ("narrow narrow_copy slice_inverse unfold", "a slice: t[a:b]"),
        ("repeat_interleave", "np.repeat(t, n)"),
        ("diag_embed", "np.diag(t)"),
        ("as_strided as_strided_scatter", "t[...] with an index"),
        ("gather take_along_dim", "np.take_along_axis(t, index, axis)"),
        ("index_select", "t[:, index], or np.take(t, index, axis)"),
        ("masked_select", "t[mask]"),
        ("masked_fill masked_scatter index_fill", "np.where(mask, value, t)"),
        (
            "scatter scatter_add scatter_reduce index_add index_copy index_put index_reduce "
            "select_scatter slice_scatter diagonal_scatter",
            "np.where(mask, x, t), or np.concatenate of the parts: what was computed is not "
            "written into",
        ),
        ("float", "t.astype(np.float32)"),
        ("double", "t.astype(np.float64)"),
        ("half chalf bfloat16", "t.astype(np.float16)"),
        ("int", "t.detach().numpy().astype(np.int32)"),
        ("long short char byte bool", "t.detach().numpy().astype(dtype)"),
        ("cdouble cfloat", "nothing in its place: tensors hold real numbers"),
        ("to type type_as", "t.astype(dtype)"),
        ("clone", "t.copy()"),
        ("contiguous", "t, or t.copy()"),
        (
            "cpu cuda ipu mtia xpu get_device is_cpu is_cuda is_ipu is_maia is_mps is_mtia "
            "is_vulkan is_xla is_xpu pin_memory is_pinned record_stream volatile is_shared",
            "nothing in its place: tensors are in the memory of the CPU",
        ),
        ("grad_fn", "t.node, or viz.draw(t) to see the graph"),
        ("grad_dtype", "t.grad.dtype"),
        ("retains_grad", "t.retain_grad(), which may be called twice"),
        ("register_post_accumulate_grad_hook", "t.register_hook(f)"),
        ("reinforce", "a loss of your own"),
        ("new new_tensor", "tg.Tensor(data)"),
        ("new_empty new_empty_strided", "np.empty(shape)"),
        ("new_full", "np.full(shape, value)"),
        ("new_ones", "np.ones(shape)"),
        ("new_zeros", "np.zeros(shape)"),
        ("bernoulli multinomial", "a generator: np.random.default_rng(seed)"),
        (
            "erf erfc erfinv digamma lgamma mvlgamma polygamma igamma igammac",
            "nothing in its place: it has no rule here. Write one with @tg.primitive and "
            "SciPy's function",
        ),
        ("stft istft", "nothing in its place: results would be complex, and tensors are real"),
        (
            "allclose isclose isfinite isinf isnan isneginf isposinf isreal signbit "
            "logical_and logical_not logical_or logical_xor bitwise_and bitwise_left_shift "
            "bitwise_not bitwise_or bitwise_right_shift bitwise_xor count_nonzero argwhere "
            "unique histogram gcd lcm nextafter frexp angle histc",
            "np.{name} with t.detach().numpy(), which gives a plain array",
        ),
        (
            "amax amin arctan2 broadcast_to copysign corrcoef cov cross diag diagflat diff "
            "dsplit fix flip fliplr flipud fmax fmin fmod heaviside hsplit hypot inner kron "
            "ldexp logaddexp logaddexp2 maximum median minimum moveaxis nan_to_num nanmean "
            "nanmedian nanquantile nansum outer quantile roll rot90 select split tile tril "
            "triu vdot vsplit where",
            "np.{name}(t, …)",
        ),
        ("cholesky det lstsq matrix_power norm qr slogdet solve svd", "np.linalg.{name}(t, …)"),
        (
            "abs_ absolute_ acos_ acosh_ add_ addbmm_ addcdiv_ addcmul_ addmm_ addmv_ addr_ "
            "apply_ arccos_ arccosh_ arcsin_ arcsinh_ arctan2_ arctan_ arctanh_ as_strided_ "
            "asin_ asinh_ atan2_ atan_ atanh_ baddbmm_ bernoulli_ bitwise_and_ "
            "bitwise_left_shift_ bitwise_not_ bitwise_or_ bitwise_right_shift_ bitwise_xor_ "
            "cauchy_ ceil_ clamp_ clamp_max_ clamp_min_ clip_ conj_physical_ copy_ copysign_ "
            "cos_ cosh_ cumprod_ cumsum_ deg2rad_ detach_ digamma_ div_ divide_ eq_ erf_ "
            "erfc_ erfinv_ exp2_ exp_ expm1_ exponential_ fill_ fill_diagonal_ fix_ "
            "float_power_ floor_ floor_divide_ fmod_ frac_ gcd_ ge_ geometric_ greater_ "
            "greater_equal_ gt_ heaviside_ hypot_ i0_ igamma_ igammac_ index_add_ index_copy_ "
            "index_fill_ index_put_ index_reduce_ lcm_ ldexp_ le_ lerp_ less_ less_equal_ "
            "lgamma_ log10_ log1p_ log2_ log_ log_normal_ logical_and_ logical_not_ "
            "logical_or_ logical_xor_ logit_ lt_ map2_ map_ masked_fill_ masked_scatter_ mul_ "
            "multiply_ mvlgamma_ nan_to_num_ ne_ neg_ negative_ nextafter_ normal_ not_equal_ "
            "polygamma_ pow_ put_ rad2deg_ random_ reciprocal_ relu_ remainder_ renorm_ "
            "requires_grad_ resize_ resize_as_ resize_as_sparse_ round_ rsqrt_ scatter_ "
            "scatter_add_ scatter_reduce_ set_ sgn_ share_memory_ sigmoid_ sign_ sin_ sinc_ "
            "sinh_ sparse_resize_ sparse_resize_and_clear_ sqrt_ square_ squeeze_ sub_ "
            "subtract_ swapaxes_ swapdims_ t_ tan_ tanh_ transpose_ tril_ triu_ true_divide_ "
            "trunc_ uniform_ unsqueeze_ xlogy_ zero_",
            "t = …: tensors are not changed in place, but for w += x and the like on leaves "
            "under no_grad()",
        ),
        (
            "as_subclass ccol_indices coalesce col_indices conj_physical const_data_ptr "
            "crow_indices data_ptr dense_dim dequantize dim_order eig geqrf hash_tensor index "
            "indices int_repr is_coalesced is_complex is_conj is_contiguous is_distributed "
            "is_floating_point is_inference is_meta is_mkldnn is_neg is_nested is_nonzero "
            "is_quantized is_set_to is_signed is_sparse is_sparse_csr layout lu module_load "
            "orgqr ormqr output_nr q_per_channel_axis q_per_channel_scales "
            "q_per_channel_zero_points q_scale q_zero_point qscheme resolve_conj resolve_neg "
            "row_indices sparse_dim sparse_mask storage storage_offset storage_type stride "
            "symeig to_dense to_mkldnn to_padded_tensor to_sparse to_sparse_bsc to_sparse_bsr "
            "to_sparse_coo to_sparse_csc to_sparse_csr untyped_storage values",
            "nothing in its place: it is about storage, devices or sparse and quantized "
            "numbers, which tensors here have not",
        ),
    ),
    "Module": _table(
        ("to cpu cuda ipu xpu mtia to_empty", "the model as it is: it is in the memory of the CPU"),
        ("float double half type", "dtype=np.float64, or another, where the layers are made"),
        ("bfloat16", "dtype=np.float32 where the layers are made: NumPy has no bfloat16"),
        ("compile share_memory", "the model as it is: it runs as it is written"),
        ("register_buffer", "self.name = nn.Buffer(array)"),
        ("register_parameter", "self.name = nn.Parameter(array)"),
        ("register_module add_module set_submodule", "self.name = module"),
        ("get_parameter", "dict(model.named_parameters())[path]"),
        ("get_buffer", "dict(model.named_buffers())[path]"),
        ("get_submodule", "dict(model.named_modules())[path]"),
        (
            "register_forward_hook register_forward_pre_hook",
            "what it would do into forward(), or around the module: Sequential(first, module, then)",
        ),
        (
            "register_backward_hook register_full_backward_hook register_full_backward_pre_hook",
            "tensor.register_hook(function) on a tensor in forward()",
        ),
        (
            "register_load_state_dict_post_hook register_load_state_dict_pre_hook "
            "register_state_dict_post_hook register_state_dict_pre_hook get_extra_state "
            "set_extra_state",
            "a method of your own around state_dict() and load_state_dict()",
        ),
        (
            "call_super_init dump_patches T_destination",
            "it yourself: it is not part of this package",
        ),
    ),
    "tinygrad_course.nn": _table(
        ("NLLLoss2d", "nn.NLLLoss()"),
        ("ParameterDict", "a dictionary: what it holds is a part of a module"),
        ("ParameterList", "a list of nn.Parameter"),
        (
            "CosineSimilarity PairwiseDistance",
            "np.sum and np.linalg.norm in a function of your own",
        ),
        ("DataParallel", "nothing in its place: models run on one machine"),
        (
            "AdaptiveAvgPool3d AdaptiveLogSoftmaxWithLoss "
            "AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d AlphaDropout "
            "AvgPool3d BatchNorm3d Bilinear "
            "CTCLoss ChannelShuffle CircularPad1d CircularPad2d CircularPad3d ConstantPad1d "
            "ConstantPad2d ConstantPad3d Container Conv3d ConvTranspose1d "
            "ConvTranspose2d ConvTranspose3d CrossMapLRN2d "
            "Dropout1d Dropout2d Dropout3d EmbeddingBag FeatureAlphaDropout Fold "
            "FractionalMaxPool2d FractionalMaxPool3d GRU GRUCell GaussianNLLLoss "
            "InstanceNorm1d "
            "InstanceNorm2d InstanceNorm3d LPPool1d LPPool2d LPPool3d LSTM LSTMCell "
            "LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d LazyConv1d LazyConv2d "
            "LazyConv3d LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d "
            "LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d LazyLinear "
            "LinearCrossEntropyLoss LinearCrossEntropyOptions LocalResponseNorm "
            "MarginRankingLoss MaxPool3d MaxUnpool1d MaxUnpool2d "
            "MaxUnpool3d MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss "
            "MultiheadAttention PixelShuffle PixelUnshuffle PoissonNLLLoss RMSNorm RNN "
            "RNNBase RNNCell RNNCellBase RReLU ReflectionPad1d ReflectionPad2d "
            "ReflectionPad3d ReplicationPad1d ReplicationPad2d ReplicationPad3d "
            "SoftMarginLoss Softmax2d SyncBatchNorm Transformer "
            "TransformerDecoder TransformerDecoderLayer TransformerEncoder "
            "TransformerEncoderLayer TripletMarginLoss TripletMarginWithDistanceLoss Unfold "
            "UninitializedBuffer UninitializedParameter Upsample UpsamplingBilinear2d "
            "UpsamplingNearest2d ZeroPad1d ZeroPad2d ZeroPad3d attention common_types "
            "factory_kwargs intrinsic modules parallel qat quantizable quantized",
            "a module of your own: it is not part of this package",
        ),
    ),
    "tinygrad_course.nn.functional": _table(
        ("mse_loss", "nn.functional.mse(prediction, target)"),
        ("one_hot", "tg.data.one_hot(labels, classes)"),
        ("batch_norm", "nn.BatchNorm1d or nn.BatchNorm2d, which keep the running statistics"),
        ("layer_norm", "nn.LayerNorm(shape)(x)"),
        ("group_norm", "nn.GroupNorm(groups, channels)(x)"),
        ("dropout", "nn.Dropout(p)(x), which knows whether the model is in training"),
        ("embedding", "weight[numbers], or nn.Embedding(n, dimensions)(numbers)"),
        ("pad", "np.pad(x, width)"),
        ("normalize", "x / np.linalg.norm(x, axis=-1, keepdims=True)"),
        ("softmin", "tg.softmax(-x)"),
        ("cosine_similarity pairwise_distance", "np.sum and np.linalg.norm"),
        (
            "relu_ elu_ leaky_relu_ threshold_",
            "the function without _: tensors are not changed in place",
        ),
        (
            "ScalingType SwizzleType "
            "adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool1d_with_indices "
            "adaptive_max_pool2d adaptive_max_pool2d_with_indices adaptive_max_pool3d "
            "adaptive_max_pool3d_with_indices affine_grid alpha_dropout assert_int_or_pair "
            "avg_pool3d bilinear boolean_dispatch celu_ "
            "channel_shuffle conv3d conv_tbc conv_transpose1d conv_transpose2d "
            "conv_transpose3d ctc_loss dropout1d dropout2d "
            "dropout3d embedding_bag feature_alpha_dropout fold "
            "fractional_max_pool2d fractional_max_pool2d_with_indices fractional_max_pool3d "
            "fractional_max_pool3d_with_indices gaussian_nll_loss glu grid_sample "
            "grouped_mm gumbel_softmax hardtanh_ "
            "instance_norm interpolate "
            "linear_cross_entropy local_response_norm lp_pool1d lp_pool2d lp_pool3d "
            "margin_ranking_loss max_pool1d_with_indices "
            "max_pool2d_with_indices max_pool3d max_pool3d_with_indices max_unpool1d "
            "max_unpool2d max_unpool3d multi_head_attention_forward multi_margin_loss "
            "multilabel_margin_loss multilabel_soft_margin_loss native_channel_shuffle pdist "
            "pixel_shuffle pixel_unshuffle poisson_nll_loss rms_norm rrelu rrelu_ "
            "scaled_dot_product_attention scaled_grouped_mm scaled_mm selu_ "
            "soft_margin_loss triplet_margin_loss "
            "triplet_margin_with_distance_loss unfold upsample upsample_bilinear "
            "upsample_nearest",
            "it with NumPy's functions, which take tensors: it is not part of this package",
        ),
    ),
    "tinygrad_course.nn.init": _table(
        ("zeros_", "nn.init.zeros(shape)"),
        ("ones_ constant_ constant", "np.full(shape, value)"),
        (
            "normal_ normal trunc_normal_",
            "np.random.default_rng(seed).normal(0, deviation, shape)",
        ),
        ("uniform_ uniform", "np.random.default_rng(seed).uniform(low, high, shape)"),
        ("kaiming_normal_ kaiming_normal", "nn.init.he_normal(shape, rng=seed)"),
        ("kaiming_uniform_ kaiming_uniform", "nn.init.he_uniform(shape, rng=seed)"),
        ("xavier_normal_", "nn.init.xavier_normal(shape, rng=seed)"),
        ("xavier_uniform_", "nn.init.xavier_uniform(shape, rng=seed)"),
        ("eye_ eye", "np.eye(n)"),
        ("calculate_gain", "2 for ReLU: he_normal has it"),
        (
            "dirac dirac_ orthogonal orthogonal_ sparse sparse_",
            "NumPy's random numbers in an array of that shape",
        ),
    ),
    "tinygrad_course.optim": _table(
        (
            "Adamax NAdam RAdam Adadelta Adafactor ASGD Rprop Muon",
            "optim.AdamW(model), or a subclass of optim.Optimizer with its update",
        ),
        ("LBFGS", "scipy.optimize.minimize with tg.value_and_grad(f), jac=True"),
        ("SparseAdam", "optim.Adam(model)"),
        ("lr_scheduler", "schedule= of tg.fit, such as optim.cosine_decay(…)"),
        ("swa_utils", "optim.WeightAverage(model, decay=0.999)"),
        ("swap_in_optimizer_params_and_state", "it yourself: it is not part of this package"),
    ),
    "tinygrad_course.data": _table(
        ("DataLoader", "tg.data.batches(x, y, batch_size=64, rng=0)"),
        ("TensorDataset StackDataset", "the arrays themselves: x, y"),
        ("Subset", "x[rows], with the rows of tg.data.stratified_split"),
        (
            "RandomSampler SubsetRandomSampler WeightedRandomSampler SequentialSampler "
            "BatchSampler Sampler",
            "the order of rows: x[rng.permutation(len(x))]",
        ),
        ("ConcatDataset ChainDataset", "np.concatenate([x1, x2])"),
        ("IterableDataset", "a generator of batches"),
        ("default_collate default_convert", "np.stack(rows)"),
        (
            "DFIterDataPipe DataChunk DistributedSampler IterDataPipe MapDataPipe "
            "argument_validation dataloader datapipes dataset distributed functional_datapipe "
            "get_worker_info graph graph_settings guaranteed_datapipes_determinism "
            "non_deterministic runtime_validation runtime_validation_disabled sampler",
            "a loop over tg.data.batches(x, y, batch_size=64)",
        ),
    ),
}
"""By module or class, what other libraries call something, and what to write instead."""


KEYWORDS = {
    "dim": ("axis", "axis="),
    "keepdim": ("keepdims", "keepdims="),
    "unbiased": ("ddof", "ddof=1 for unbiased=True, and ddof=0 for False"),
}
"""By keyword of other libraries: the one that NumPy has for it, and what to write instead."""
