"""The three lists (三张清单: 问题需求、政策资源、服务企业) of an enterprise, a chain or a town: generated, never typed."""
